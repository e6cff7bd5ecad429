/**
 * As much of WebAssembly as the kernels here need: instructions as functions that give their bytes, operands first, so that
 * code reads like the text format turned inside out. Source: WebAssembly Core Specification 2.0, chapter 5, "Binary Format".
 */
export type Code = readonly number[];
type Two = (a: Code, b: Code) => Code;
type One = (a: Code) => Code;

const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
type ValueType = keyof typeof VALUE_TYPES;
const EMPTY = 0x40;

function unsigned(value: number): Code {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return [...bytes, left];
}

function signed(value: bigint): Code {
  const bytes: number[] = [];
  let left = value;
  for (; left < -64n || left > 63n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return [...bytes, Number(left & 127n)];
}

const one =
  (op: Code): One =>
  (a) => [...a, ...op];
const two =
  (op: Code): Two =>
  (a, b) => [...a, ...b, ...op];
const simd = (op: number): Code => [0xfd, ...unsigned(op)];
/** Loads and stores state no alignment and a constant offset. */
const memory = (op: Code, offset: number): Code => [...op, 0, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(BigInt(value))],
  store: (at: Code, value: Code): Code => [...at, ...value, ...memory([0x36], 0)],
  eqz: one([0x45]),
  lessSigned: two([0x48]),
  add: two([0x6a]),
  sub: two([0x6b]),
  or: two([0x72]),
  shl: two([0x74]),
  shr: two([0x76]),
  wrap: one([0xa7]),
};

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  extend: one([0xad]),
  eqz: one([0x50]),
  ctz: one([0x7a]),
  sub: two([0x7d]),
  and: two([0x83]),
  or: two([0x84]),
  xor: two([0x85]),
  shl: two([0x86]),
  shr: two([0x88]),
};

export const v128 = {
  const: (bytes: readonly number[]): Code => [...simd(0x0c), ...bytes],
  splat: (byte: number): Code => v128.const(new Array<number>(16).fill(byte)),
  load: (at: Code, offset: number): Code => [...at, ...memory(simd(0x00), offset)],
  store: (at: Code, offset: number, value: Code): Code => [...at, ...value, ...memory(simd(0x0b), offset)],
  /** Bytes of the first at the indexes of the second; zero for indexes past 15. */
  swizzle: two(simd(0x0e)),
  equal: two(simd(0x23)),
  less: two(simd(0x26)),
  and: two(simd(0x4e)),
  or: two(simd(0x50)),
  anyTrue: one(simd(0x53)),
  /** The top bit of each byte. */
  bitmask: one(simd(0x64)),
  shr: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(0x6d)],
};

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)],
};

export const sequence = (...parts: readonly Code[]): Code => parts.flat();
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, EMPTY, ...body, 0x0b];
/** Runs the body, and again as long as the condition holds after it. */
export const repeatWhile = (condition: Code, body: Code): Code => [0x03, EMPTY, ...body, ...condition, 0x0d, 0, 0x0b];
export const give = (value: Code): Code => [...value, 0x0f];

export type Function = {
  readonly name: string;
  readonly parameters: number;
  readonly locals: readonly ValueType[];
  readonly body: Code;
};

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const named = (name: string, kind: number, index: number): Code => [
  ...vector([...name].map((char) => [char.charCodeAt(0)])),
  kind,
  ...unsigned(index),
];

/** A module with one memory, exported as `memory`, and functions from i32 to i32, exported by name. */
export function assemble(functions: readonly Function[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(
    ({ parameters }): Code => [
      0x60,
      ...vector(new Array<Code>(parameters).fill([VALUE_TYPES.i32])),
      ...vector([[VALUE_TYPES.i32]]),
    ],
  );
  const bodies = functions.map(({ locals, body }): Code => {
    const code = [...vector(locals.map((type): Code => [1, VALUE_TYPES[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([named("memory", 2, 0), ...functions.map(({ name }, index) => named(name, 0, index))])),
    ...section(10, vector(bodies)),
  ]);
}
