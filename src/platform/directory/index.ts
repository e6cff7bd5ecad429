export { type DataDirectory, openDataDirectory } from "./data-directory.ts";
export { controlSocketOf, isAnswered } from "./lock.ts";
