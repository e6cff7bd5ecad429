/**
 * QR codes (ISO/IEC 18004) for what a phone must read from the screen: byte mode, error correction level M, versions 1 to 13,
 * which is up to 331 bytes. Enough for an `otpauth:` address, and nothing more.
 */
type Blocks = { readonly ec: number; readonly groups: readonly (readonly [blocks: number, dataPerBlock: number])[] };

/** ISO/IEC 18004 table 9, level M. */
const BLOCKS: readonly Blocks[] = [
  { ec: 10, groups: [[1, 16]] },
  { ec: 16, groups: [[1, 28]] },
  { ec: 26, groups: [[1, 44]] },
  { ec: 18, groups: [[2, 32]] },
  { ec: 24, groups: [[2, 43]] },
  { ec: 16, groups: [[4, 27]] },
  { ec: 18, groups: [[4, 31]] },
  {
    ec: 22,
    groups: [
      [2, 38],
      [2, 39],
    ],
  },
  {
    ec: 22,
    groups: [
      [3, 36],
      [2, 37],
    ],
  },
  {
    ec: 26,
    groups: [
      [4, 43],
      [1, 44],
    ],
  },
  {
    ec: 30,
    groups: [
      [1, 50],
      [4, 51],
    ],
  },
  {
    ec: 22,
    groups: [
      [6, 36],
      [2, 37],
    ],
  },
  {
    ec: 22,
    groups: [
      [8, 37],
      [1, 38],
    ],
  },
];

export type Matrix = readonly Uint8Array[];

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (_, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

/** The modules of the code, 1 = dark, without the quiet zone. undefined when the text is too long. */
export function qrMatrix(text: string): Matrix | undefined {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((blocks, i) => dataBytes(blocks) >= bytes.length + (i < 9 ? 2 : 3)) + 1;
  const blocks = BLOCKS[version - 1];
  if (!blocks) return undefined;
  const codewords = interleave(dataCodewords(bytes, dataBytes(blocks), version < 10 ? 8 : 16), blocks);
  const candidates = MASKS.map((isDark, mask) => {
    const grid = drawFixed(version);
    drawData(grid, codewords, isDark);
    drawFormat(grid, mask);
    return grid.modules;
  });
  return candidates.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
}

const dataBytes = ({ groups }: Blocks): number => groups.reduce((sum, [count, size]) => sum + count * size, 0);

/** Mode, length, the bytes, then the two filler bytes in turn. */
export function dataCodewords(bytes: Uint8Array, capacity: number, lengthBits: number): Uint8Array {
  const out = new Uint8Array(capacity);
  let bit = 0;
  const put = (value: number, bits: number) => {
    for (let i = bits - 1; i >= 0; i -= 1, bit += 1)
      out[bit >> 3] = (out[bit >> 3] ?? 0) | (((value >> i) & 1) << (7 - (bit & 7)));
  };
  put(0b0100, 4);
  put(bytes.length, lengthBits);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, capacity * 8 - bit));
  const used = Math.ceil(bit / 8);
  for (let i = used; i < capacity; i += 1) out[i] = (i - used) % 2 === 0 ? 0xec : 0x11;
  return out;
}

function interleave(data: Uint8Array, { ec, groups }: Blocks): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [count, size] of groups)
    for (let i = 0; i < count; i += 1, at += size) parts.push(data.subarray(at, at + size));
  const checks = parts.map((part) => errorCorrection(part, ec));
  const out: number[] = [];
  const weave = (columns: readonly Uint8Array[]) => {
    const longest = Math.max(...columns.map(({ length }) => length));
    for (let i = 0; i < longest; i += 1) for (const column of columns) if (i < column.length) out.push(column[i] ?? 0);
  };
  weave(parts);
  weave(checks);
  return Uint8Array.from(out);
}

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, value = 1; i < 255; i += 1) {
  EXP[i] = value;
  EXP[i + 255] = value;
  LOG[value] = i;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : (EXP[(LOG[a] ?? 0) + (LOG[b] ?? 0)] ?? 0));

/** Reed–Solomon over GF(256) with the generator of ISO/IEC 18004 annex A. */
export function errorCorrection(data: Uint8Array, count: number): Uint8Array {
  let generator = [1];
  for (let i = 0; i < count; i += 1) {
    const next = new Array<number>(generator.length + 1).fill(0);
    for (const [j, factor] of generator.entries()) {
      next[j] = (next[j] ?? 0) ^ factor;
      next[j + 1] = (next[j + 1] ?? 0) ^ times(factor, EXP[i] ?? 0);
    }
    generator = next;
  }
  const rest = new Uint8Array(data.length + count);
  rest.set(data);
  for (let i = 0; i < data.length; i += 1) {
    const lead = rest[i] ?? 0;
    if (lead !== 0)
      for (const [j, factor] of generator.entries()) rest[i + j] = (rest[i + j] ?? 0) ^ times(factor, lead);
  }
  return rest.subarray(data.length);
}

type Grid = { readonly size: number; readonly modules: Uint8Array[]; readonly isFixed: Uint8Array[] };

function set(grid: Grid, row: number, column: number, isDark: boolean): void {
  const [modules, fixed] = [grid.modules[row], grid.isFixed[row]];
  if (!modules || !fixed || column < 0 || column >= grid.size) return;
  modules[column] = isDark ? 1 : 0;
  fixed[column] = 1;
}

/** Finders, timing, alignment, version, and the room for the format. */
function drawFixed(version: number): Grid {
  const size = 17 + 4 * version;
  const rows = () => Array.from({ length: size }, () => new Uint8Array(size));
  const grid: Grid = { size, modules: rows(), isFixed: rows() };
  for (let i = 0; i < size; i += 1) {
    set(grid, 6, i, i % 2 === 0);
    set(grid, i, 6, i % 2 === 0);
  }
  for (const [top, left] of [
    [0, 0],
    [0, size - 7],
    [size - 7, 0],
  ] as const)
    for (let r = -1; r <= 7; r += 1)
      for (let c = -1; c <= 7; c += 1) {
        const ring = Math.max(Math.abs(r - 3), Math.abs(c - 3));
        set(grid, top + r, left + c, ring !== 2 && ring !== 4);
      }
  const centers = alignmentCenters(version);
  const last = centers.length - 1;
  for (const [i, row] of centers.entries())
    for (const [j, column] of centers.entries()) {
      const isOnFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (isOnFinder) continue;
      for (let r = -2; r <= 2; r += 1)
        for (let c = -2; c <= 2; c += 1) set(grid, row + r, column + c, Math.max(Math.abs(r), Math.abs(c)) !== 1);
    }
  drawFormat(grid, 0);
  if (version >= 7) drawVersion(grid, version);
  return grid;
}

function alignmentCenters(version: number): readonly number[] {
  if (version === 1) return [];
  const end = 10 + 4 * version;
  return version < 7 ? [6, end] : [6, 6 + (end - 6) / 2, end];
}

/** BCH remainder of `value` shifted left by `bits`. */
export function bch(value: number, bits: number, generator: number): number {
  let rest = value << bits;
  const top = 31 - Math.clz32(generator);
  while (rest >> top !== 0) rest ^= generator << (31 - Math.clz32(rest) - top);
  return (value << bits) | rest;
}

/** Level M is 00, so the five bits are the mask's number. */
export const formatBits = (mask: number): number => bch(mask, 10, 0x537) ^ 0x5412;

function drawFormat(grid: Grid, mask: number): void {
  const bits = formatBits(mask);
  const { size } = grid;
  for (let i = 0; i < 15; i += 1) {
    const isDark = ((bits >> i) & 1) === 1;
    // Down the column beside the upper left finder, skipping the timing row.
    set(grid, i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, 8, isDark);
    // Along the row, from the right.
    set(grid, 8, i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i, isDark);
  }
  set(grid, size - 8, 8, true);
}

function drawVersion(grid: Grid, version: number): void {
  const bits = bch(version, 12, 0x1f25);
  for (let i = 0; i < 18; i += 1) {
    const isDark = ((bits >> i) & 1) === 1;
    const [a, b] = [Math.floor(i / 3), grid.size - 11 + (i % 3)];
    set(grid, a, b, isDark);
    set(grid, b, a, isDark);
  }
}

/** Two columns at a time from the right, up and down in turn, around everything fixed. */
function drawData(grid: Grid, codewords: Uint8Array, isFlipped: (row: number, column: number) => boolean): void {
  for (const [bit, [row, column]] of [...dataPath(grid)].entries()) {
    const isDark = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
    const modules = grid.modules[row];
    if (modules) modules[column] = isDark !== isFlipped(row, column) ? 1 : 0;
  }
}

function* dataPath({ size, isFixed }: Grid): Generator<readonly [number, number]> {
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const row = isUp ? size - 1 - step : step;
      for (const column of [right, right - 1]) if (isFixed[row]?.[column] === 0) yield [row, column];
    }
    isUp = !isUp;
  }
}

/** ISO/IEC 18004 §7.8.3: runs, blocks, finder look-alikes and the balance of dark and light. Lower reads better. */
function penalty(modules: Matrix): number {
  const size = modules.length;
  const at = (row: number, column: number): number => modules[row]?.[column] ?? 0;
  let points = 0;
  let dark = 0;
  for (let line = 0; line < size; line += 1)
    for (const read of [(i: number) => at(line, i), (i: number) => at(i, line)]) {
      let text = "";
      for (let i = 0; i < size; i += 1) text += read(i);
      for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) points += run.length - 2;
      for (const _ of text.matchAll(/(?=10111010000|00001011101)/g)) points += 40;
    }
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      dark += at(row, column);
      const sum = at(row, column) + at(row + 1, column) + at(row, column + 1) + at(row + 1, column + 1);
      if (row < size - 1 && column < size - 1 && sum % 4 === 0) points += 3;
    }
  return points + 10 * Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5);
}
