export { EXIT_FAILED, EXIT_OK, EXIT_REJECTED, type IngestIo, type IngestOptions, runIngest } from "./run.ts";
