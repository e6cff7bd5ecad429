import { z } from "zod";

/** A number of bytes, or a text such as `8 GiB`. */
export const Bytes = z
  .union([z.number().int().positive(), z.string().regex(/^\d+(\.\d+)?\s*(B|KiB|MiB|GiB|TiB)$/)])
  .transform(toBytes);

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

function toBytes(value: number | string): number {
  if (typeof value === "number") return value;
  const match = /^([\d.]+)\s*(\w+)$/.exec(value);
  return Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? "B"] ?? 1));
}
