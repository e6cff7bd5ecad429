import { describe, expect, it, test } from "vitest";
import { bch, errorCorrection, formatBits, type Matrix, qrMatrix } from "./qr.ts";

describe("A QR code", () => {
  it("has the error correction of the example in ISO/IEC 18004 annex I", () => {
    const data = [0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11];
    expect([...errorCorrection(Uint8Array.from(data), 10)]).toEqual([
      0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55,
    ]);
  });

  it("names level M and its mask as ISO/IEC 18004 annex C prints them", () => {
    expect(formatBits(0b101).toString(2).padStart(15, "0")).toBe("100000011001110");
    expect(formatBits(0).toString(2).padStart(15, "0")).toBe("101010000010010");
  });

  it("names version 7 as ISO/IEC 18004 annex D prints it", () => {
    expect(bch(7, 12, 0x1f25).toString(2).padStart(18, "0")).toBe("000111110010010100");
  });

  test.each([1, 14, 15, 60, 106, 107, 152, 153, 180, 213, 214, 280, 331])(
    "of %d bytes reads back as what was written",
    (length) => {
      const text = "otpauth://totp/Yagura:hanako@example.co.jp?".padEnd(length, "x7Q2").slice(0, length);
      expect(readBack(qrMatrix(text))).toBe(text);
    },
  );

  it("carries Japanese as UTF-8", () => {
    expect(readBack(qrMatrix("櫓：見張り"))).toBe("櫓：見張り");
  });

  it("refuses what does not fit instead of cutting it", () => {
    expect(qrMatrix("x".repeat(332))).toBeUndefined();
  });
});

const LAYOUT: Readonly<Record<number, readonly number[]>> = {
  1: [16],
  2: [28],
  3: [44],
  4: [32, 32],
  5: [43, 43],
  6: [27, 27, 27, 27],
  7: [31, 31, 31, 31],
  8: [38, 38, 39, 39],
  9: [36, 36, 36, 37, 37],
  10: [43, 43, 43, 43, 44],
  11: [50, 51, 51, 51, 51],
  12: [36, 36, 36, 36, 36, 36, 37, 37],
  13: [37, 37, 37, 37, 37, 37, 37, 37, 38],
};

/** A second way through the standard: from the modules back to the text, sharing nothing with the encoder. */
function readBack(matrix: Matrix | undefined): string {
  if (!matrix) throw new Error("no matrix");
  const size = matrix.length;
  const version = (size - 17) / 4;
  const at = (row: number, column: number) => matrix[row]?.[column] ?? 0;
  let format = 0;
  for (const [row, column] of [
    [8, 0],
    [8, 1],
    [8, 2],
    [8, 3],
    [8, 4],
    [8, 5],
    [8, 7],
    [8, 8],
    [7, 8],
    [5, 8],
    [4, 8],
    [3, 8],
    [2, 8],
    [1, 8],
    [0, 8],
  ] as const)
    format = (format << 1) | at(row, column);
  const mask = ((format ^ 0x5412) >> 10) & 7;
  const bits: number[] = [];
  for (let pair = 0, right = size - 1; right > 0; right -= 2, pair += 1) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const row = pair % 2 === 0 ? size - 1 - i : i;
      for (const column of [right, right - 1])
        if (!isReserved(row, column, size, version)) bits.push(at(row, column) ^ flip(mask, row, column));
    }
  }
  const codewords = Array.from({ length: bits.length >> 3 }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2),
  );
  const layout = LAYOUT[version] ?? [];
  const blocks: number[][] = layout.map(() => []);
  let next = 0;
  for (let i = 0; i < Math.max(...layout); i += 1)
    for (const [b, length] of layout.entries()) if (i < length) blocks[b]?.push(codewords[next++] ?? 0);
  const stream = blocks
    .flat()
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  expect(stream.slice(0, 4)).toBe("0100");
  const lengthBits = version < 10 ? 8 : 16;
  const length = Number.parseInt(stream.slice(4, 4 + lengthBits), 2);
  const bytes = Array.from({ length }, (_, i) =>
    Number.parseInt(stream.slice(4 + lengthBits + i * 8, 12 + lengthBits + i * 8), 2),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function isReserved(row: number, column: number, size: number, version: number): boolean {
  const isFinder = (row < 9 && (column < 9 || column >= size - 8)) || (row >= size - 8 && column < 9);
  const isVersion = version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11));
  const end = size - 7;
  const centers = version === 1 ? [] : version < 7 ? [6, end] : [6, (6 + end) / 2, end];
  const isAlignment = centers.some((r) =>
    centers.some((c) => {
      const isCorner = (r === 6 && c === 6) || (r === 6 && c === end) || (r === end && c === 6);
      return !isCorner && Math.abs(row - r) <= 2 && Math.abs(column - c) <= 2;
    }),
  );
  return isFinder || isVersion || isAlignment || row === 6 || column === 6;
}

function flip(mask: number, i: number, j: number): number {
  const rules = [
    (i + j) % 2,
    i % 2,
    j % 3,
    (i + j) % 3,
    ((i >> 1) + Math.floor(j / 3)) % 2,
    ((i * j) % 2) + ((i * j) % 3),
    (((i * j) % 2) + ((i * j) % 3)) % 2,
    (((i + j) % 2) + ((i * j) % 3)) % 2,
  ];
  return rules[mask] === 0 ? 1 : 0;
}
