import { assemble, type Code, give, i32, i64, local, repeatWhile, sequence, v128, when } from "./assembler.ts";

/** Longest text taken. */
export const MAX_TEXT = 65_536;
/** Where in the memory the text begins, and where the positions of its quotes are left. */
export const TEXT_AT = 0;
export const QUOTES_AT = MAX_TEXT * 2;
const PAGES = 6;
const BLOCK = 64;

const LENGTH = 0;
const [AT, OUT, ESCAPED_NEXT, BACKSLASHES, QUOTES, ESCAPED, BAD, SEEN, CONTROLS, FIRST] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const EVEN = 0x5555_5555_5555_5555n;
const ODD = EVEN << 1n;

const get = local.get;
const blocks = [0, 1, 2, 3];

/** One bit for each of a block's 64 bytes, of a question asked of 16 at a time. */
function maskOf(ask: (bytes: Code) => Code): Code {
  const [first = [], ...rest] = blocks.map((index) => i64.extend(v128.bitmask(ask(get(FIRST + index)))));
  return rest.reduce((mask, bits, index) => i64.or(mask, i64.shl(bits, i64.const(BigInt(16 * (index + 1))))), first);
}

const anyOf = (ask: (bytes: Code) => Code): Code =>
  blocks.map((index) => ask(get(FIRST + index))).reduce((all, one) => v128.or(all, one));

/** The bytes that JSON allows after a backslash, but for `u`: a bit for each high nibble, and by low nibble those bits. */
const HIGH = [0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0];
const LOW = [0, 0, 13, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1];
const isEscape = (bytes: Code): Code =>
  v128.less(
    v128.splat(0),
    v128.and(
      v128.swizzle(v128.const(LOW), v128.and(bytes, v128.splat(15))),
      v128.swizzle(v128.const(HIGH), v128.shr(bytes, 4)),
    ),
  );

/**
 * Which bytes are escaped: those after a run of backslashes of odd length, found for all 64 at once by a subtraction that
 * carries through each run. Source: Langdale & Lemire 2019, "Parsing Gigabytes of JSON per Second", §3.1.1.
 */
const findEscaped: Code = sequence(
  local.set(ESCAPED, i64.and(get(BACKSLASHES), i64.xor(get(ESCAPED_NEXT), i64.const(-1n)))),
  local.set(
    ESCAPED,
    i64.xor(i64.sub(i64.or(i64.shl(get(ESCAPED), i64.const(1n)), i64.const(ODD)), get(ESCAPED)), i64.const(ODD)),
  ),
  // Here ESCAPED holds the escaping backslashes and the escaped bytes both.
  local.set(FIRST + 4, i64.and(get(ESCAPED), get(BACKSLASHES))),
  local.set(ESCAPED, i64.xor(get(ESCAPED), i64.or(get(BACKSLASHES), get(ESCAPED_NEXT)))),
  local.set(ESCAPED_NEXT, i64.shr(get(FIRST + 4), i64.const(63n))),
  local.set(QUOTES, i64.and(get(QUOTES), i64.xor(get(ESCAPED), i64.const(-1n)))),
  local.set(BAD, i64.or(get(BAD), i64.and(get(ESCAPED), i64.xor(maskOf(isEscape), i64.const(-1n))))),
);

const listQuotes: Code = when(
  i32.eqz(i64.eqz(get(QUOTES))),
  repeatWhile(
    i32.eqz(i64.eqz(get(QUOTES))),
    sequence(
      i32.store(get(OUT), i32.add(get(AT), i32.wrap(i64.ctz(get(QUOTES))))),
      local.set(OUT, i32.add(get(OUT), i32.const(4))),
      local.set(QUOTES, i64.and(get(QUOTES), i64.sub(get(QUOTES), i64.const(1n)))),
    ),
  ),
);

const takeBlock: Code = sequence(
  ...blocks.map((index) => local.set(FIRST + index, v128.load(get(AT), TEXT_AT + 16 * index))),
  local.set(
    SEEN,
    v128.or(
      get(SEEN),
      anyOf((bytes) => bytes),
    ),
  ),
  local.set(
    CONTROLS,
    v128.or(
      get(CONTROLS),
      anyOf((bytes) => v128.less(bytes, v128.splat(32))),
    ),
  ),
  local.set(
    BACKSLASHES,
    maskOf((bytes) => v128.equal(bytes, v128.splat(92))),
  ),
  local.set(
    QUOTES,
    maskOf((bytes) => v128.equal(bytes, v128.splat(34))),
  ),
  when(i32.eqz(i64.eqz(i64.or(get(BACKSLASHES), get(ESCAPED_NEXT)))), findEscaped),
  listQuotes,
  local.set(AT, i32.add(get(AT), i32.const(BLOCK))),
);

/**
 * `quotes(length)`: twice the number of quotes in the text that no backslash escapes, plus one if it has bytes beyond ASCII.
 * Minus one for a text with control characters, or with escapes that are not of one letter.
 */
const body: Code = sequence(
  ...blocks.map((index) => v128.store(get(LENGTH), TEXT_AT + 16 * index, v128.splat(32))),
  i32.store(i32.add(get(LENGTH), i32.const(TEXT_AT + BLOCK)), i32.const(0)),
  local.set(OUT, i32.const(QUOTES_AT)),
  repeatWhile(i32.lessSigned(get(AT), get(LENGTH)), takeBlock),
  when(i32.or(v128.anyTrue(get(CONTROLS)), i32.eqz(i64.eqz(get(BAD)))), give(i32.const(-1))),
  i32.or(i32.shr(i32.sub(get(OUT), i32.const(QUOTES_AT)), i32.const(1)), i32.eqz(i32.eqz(v128.bitmask(get(SEEN))))),
);

/** Node has it; TypeScript's own declarations come only with those of the browser. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

export type QuoteKernel = { readonly memory: ArrayBuffer; readonly quotes: (length: number) => number };

export function quoteKernel(): QuoteKernel {
  const locals = [
    "i32",
    "i32",
    "i64",
    "i64",
    "i64",
    "i64",
    "i64",
    "v128",
    "v128",
    "v128",
    "v128",
    "v128",
    "v128",
    "i64",
  ] as const;
  const bytes = assemble([{ name: "quotes", parameters: 1, locals, body }], PAGES);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return exportsOf(exports);
}

/** The module above exports just these two. */
function exportsOf(exports: Readonly<Record<string, unknown>>): QuoteKernel {
  const { memory, quotes } = exports as { memory: { buffer: ArrayBuffer }; quotes: QuoteKernel["quotes"] };
  return { memory: memory.buffer, quotes };
}
