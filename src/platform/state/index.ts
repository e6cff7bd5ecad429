export { isUniqueViolation } from "./failures.ts";
export { openState } from "./open.ts";
export type { Hearer, MigrationReport, State, StateDb, StateLog, StateOptions, StateTx } from "./state.ts";
