export { NativeBlock } from "./block.ts";
export type { SparseColumn } from "./columns.ts";
