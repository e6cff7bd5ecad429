export { isUniqueViolation } from "./failures.ts";
export { openState } from "./open.ts";
export type { MigrationReport, State, StateDb, StateLog, StateOptions, StateTx } from "./state.ts";
