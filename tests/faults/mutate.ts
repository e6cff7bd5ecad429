import type { Random } from "../../src/monitor/simulate/random.ts";

/** What parsers stumble over: separators, openings without ends, numbers beyond all bounds, names that objects know. */
const BITS: readonly Buffer[] = [
  ...[
    '"',
    "\\",
    "\\u",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "|",
    "=",
    ",",
    ";",
    "\t",
    "\r\n",
    "\n",
    "%",
    "${",
    "'",
  ],
  ...[
    "\0",
    "\x1b[31m",
    "\u202e",
    "\ufeff",
    "İ",
    "ſ",
    "K",
    "櫓",
    "😀",
    "-1",
    "1e400",
    "99999999999999999999",
    "0x",
    "NaN",
  ],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    '"__proto__":{"polluted":1},',
    "CEF:0|",
    "LEEF:2.0|",
    "<13>1 ",
  ],
  ...[
    "a=a=a=a=",
    "((((((((",
    "    ",
    "::::::::",
    "../../../../",
    "<Event><EventData>",
    "#fields\t",
    "type=SYSCALL msg=audit(",
  ],
].map((text) => Buffer.from(text));
const BROKEN: readonly Buffer[] = [
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0x81]),
  Buffer.from([0x1b, 0x24, 0x42]),
  Buffer.from([0xff, 0xfe]),
];
const MAX_BYTES = 64 * 1024;
/** One line in so many becomes up to a megabyte long. */
const LONG_EVERY = 5_000;
const LONG_BYTES = 1024 * 1024;

/** Lines by where they come from: each origin is picked as often as the others, however many lines it has. */
export type Corpus = readonly (readonly Buffer[])[];

const anyOf = (corpus: Corpus, random: Random): Buffer => random.pick(random.pick(corpus));

/** One line of the corpus, changed one to five times. The same random numbers give the same line. */
export function mutated(corpus: Corpus, random: Random): Buffer {
  let line = anyOf(corpus, random);
  for (let left = random.between(1, 5); left > 0; left -= 1) line = changed(line, corpus, random);
  return random.between(1, LONG_EVERY) === 1 ? grown(line, random.between(MAX_BYTES, LONG_BYTES)) : line;
}

function changed(line: Buffer, corpus: Corpus, random: Random): Buffer {
  const at = random.between(0, line.length);
  const to = Math.min(line.length, at + random.between(1, 24));
  switch (random.between(0, 8)) {
    case 0:
      return flipped(line, random);
    case 1:
      return Buffer.concat([line.subarray(0, at), line.subarray(to)]);
    case 2:
      return Buffer.concat([line.subarray(0, at), random.pick(BITS), line.subarray(at)]);
    case 3:
      return Buffer.concat([line.subarray(0, at), random.pick(BITS), line.subarray(to)]);
    case 4:
      return Buffer.concat([line.subarray(0, at), random.pick(BROKEN), line.subarray(at)]);
    case 5:
      return line.subarray(0, at);
    case 6:
      return spliced(line.subarray(0, at), anyOf(corpus, random), random);
    case 7:
      return repeated(line, { at, to }, random);
    default:
      return random.between(0, 1) === 0 ? line.subarray(at) : digitsOf(line, random);
  }
}

function flipped(line: Buffer, random: Random): Buffer {
  if (line.length === 0) return line;
  const copy = Buffer.from(line);
  const at = random.between(0, line.length - 1);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
  return copy;
}

const spliced = (head: Buffer, other: Buffer, random: Random): Buffer =>
  Buffer.concat([head, other.subarray(random.between(0, other.length))]).subarray(0, MAX_BYTES);

function repeated(line: Buffer, { at, to }: { readonly at: number; readonly to: number }, random: Random): Buffer {
  const times = random.weighted([
    [8, random.between(2, 20)],
    [1, random.between(20, 2_000)],
  ]);
  const part = line.subarray(at, to);
  const parts = Array.from({ length: times }, () => part);
  return Buffer.concat([line.subarray(0, at), ...parts, line.subarray(to)]).subarray(0, MAX_BYTES);
}

/** Every digit becomes another one: times, lengths and addresses that cannot be. */
function digitsOf(line: Buffer, random: Random): Buffer {
  const copy = Buffer.from(line);
  for (const [at, byte] of copy.entries()) if (byte >= 0x30 && byte <= 0x39) copy[at] = random.between(0x30, 0x39);
  return copy;
}

function grown(line: Buffer, bytes: number): Buffer {
  return line.length === 0 ? Buffer.alloc(bytes, "x") : Buffer.alloc(bytes, line);
}
