export { runHunt } from "./run.ts";
