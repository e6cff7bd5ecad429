import { describe, expect, it } from "vitest";
import { FAULTS } from "./catalog.ts";

/** The same as `npm run check:faults`, at a size for every day. */
describe("Nothing acknowledged is lost and Yagura stays up", () => {
  it.each(FAULTS.flatMap((fault) => (fault.small === undefined ? [] : [{ ...fault, amount: fault.small }])))(
    "$name, $amount $unit",
    async ({ name, amount, run }) => {
      const { broken, skipped } = await run(amount, { endMs: Number.POSITIVE_INFINITY });
      if (skipped !== undefined) console.warn(`${name} was skipped: ${skipped}`);
      expect(broken).toEqual([]);
    },
    900_000,
  );
});
