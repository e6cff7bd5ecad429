export { runIngest } from "./run.ts";
