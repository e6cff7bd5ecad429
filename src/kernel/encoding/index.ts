export { ENCODINGS, type Encoding, isEncoding } from "./contract.ts";
export { type Decoded, decodeText, textIn } from "./decode.ts";
export { encodingOf } from "./label.ts";
export { type Units, unitsOf } from "./units.ts";
export { sniffUtf16 } from "./utf16.ts";
