export { fileOpener, partLimits } from "./parts.ts";
export { runIngest } from "./run.ts";
