import fc from "fast-check";
import { expect, it } from "vitest";
import { Held } from "./held.ts";

it("Pieces of an event come out as they went in, and leave nothing behind", () => {
  const held = new Held();
  const sizes = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 4_000, max: 9_000 })), { maxLength: 40 });
  const property = fc.property(sizes, (all) => {
    const pieces = all.map((size, i) => Buffer.alloc(size, i + 1));
    for (const piece of pieces) held.add(piece);
    expect(held.size).toBe(all.reduce((sum, size) => sum + size, 0));
    expect(held.take().equals(Buffer.concat(pieces))).toBe(true);
    expect(held.size).toBe(0);
  });
  fc.assert(property, { numRuns: 200 });
});
