export { entriesOf, Tape } from "./read-tar.ts";
export { isTar } from "./tar.ts";
export { zipEntryProblem } from "./zip-entry.ts";
