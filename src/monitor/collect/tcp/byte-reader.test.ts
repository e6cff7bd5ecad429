import { expect, it } from "vitest";
import { createBudget } from "../budget.ts";
import { ByteReader } from "./byte-reader.ts";
import { ProtocolError } from "./protocol-error.ts";

const MIB = 1024 * 1024;

async function* pieces(count: number, of = Buffer.alloc(64 * 1024, "x")): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i += 1) yield of;
}

it("A reader pays for the memory that it occupies, not only for the bytes in it", async () => {
  const budget = createBudget(64 * MIB);
  const reader = new ByteReader(pieces(100), budget);
  const message = await reader.peek(4 * MIB);
  expect(budget.usedBytes()).toBeGreaterThan(3 * MIB);
  await reader.exactly(4 * MIB - 1);
  expect(reader.heldBytes()).toBe(1);
  expect(budget.usedBytes()).toBe(0);
  expect(message.every((byte) => byte === 0x78)).toBe(true);
  await reader.peek(MIB);
  reader.release();
  expect(budget.usedBytes()).toBe(0);
});

it("A reader ends with a message that does not fit, and gives back what it had taken", async () => {
  const budget = createBudget(MIB);
  const reader = new ByteReader(pieces(100), budget);
  await expect(reader.peek(4 * MIB)).rejects.toThrow(ProtocolError);
  expect(budget.usedBytes()).toBeLessThanOrEqual(MIB);
  reader.release();
  expect(budget.usedBytes()).toBe(0);
});

it("Views that a reader gave out stay as they are while it reads on", async () => {
  const numbered = async function* () {
    for (let i = 0; i < 40; i += 1) yield Buffer.alloc(64 * 1024, i);
  };
  const reader = new ByteReader(numbered());
  const views: Buffer[] = [];
  await reader.peek(20 * 64 * 1024);
  for (let i = 0; i < 40; i += 1) views.push(await reader.exactly(64 * 1024));
  expect(views.map((view) => new Set(view))).toEqual(views.map((_, i) => new Set([i])));
});
