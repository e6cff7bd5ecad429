export { NativeBlock } from "./block.ts";
