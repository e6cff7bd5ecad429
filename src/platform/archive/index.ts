export { entriesOf } from "./read-tar.ts";
export { isTar } from "./tar.ts";
