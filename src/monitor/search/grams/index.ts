export { type Narrowing, narrowed, narrowingOf, withCondition } from "./narrow.ts";
export { isNarrowable } from "./need.ts";
export { type GramSnapshot, type GramUpkeep, startGramUpkeep } from "./upkeep.ts";
