export { capturesBy } from "./capture/tshark.ts";
export { fileOpener, partLimits } from "./parts.ts";
export { runIngest } from "./run.ts";
export { createSpool, type Spool } from "./spool.ts";
