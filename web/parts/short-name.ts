export { shortName } from "../../src/kernel/short-name.ts";
