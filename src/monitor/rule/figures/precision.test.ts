import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { precisionOf } from "./precision.ts";

describe("The precision of a rule", () => {
  it("is unknown while nothing was judged", () => {
    expect(precisionOf(0, 0)).toBeUndefined();
  });

  // Bounds to four places, from the formula in Brown, Cai and DasGupta 2001, worked out apart from our code.
  test.each([
    [14, 3, 0.8235, 0.5897, 0.9381],
    [1, 0, 1, 0.2065, 1],
    [0, 1, 0, 0, 0.7935],
    [5, 5, 0.5, 0.2366, 0.7634],
    [90, 10, 0.9, 0.8256, 0.9448],
  ])("of %d true and %d false alerts is %d, between %d and %d", (yes, no, share, low, high) => {
    const precision = precisionOf(yes, no);
    expect(precision?.share).toBeCloseTo(share, 4);
    expect(precision?.low).toBeCloseTo(low, 4);
    expect(precision?.high).toBeCloseTo(high, 4);
    expect(precision?.judged).toBe(yes + no);
  });

  it("lies in its interval, the interval in 0 to 1, and the mirror case mirrors it", () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, (yes, no) => {
        const one = precisionOf(yes, no);
        const other = precisionOf(no, yes);
        if (!one || !other) return expect(yes + no).toBe(0);
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.low).toBeLessThanOrEqual(one.share);
        expect(one.high).toBeGreaterThanOrEqual(one.share);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.low).toBeCloseTo(1 - other.high, 9);
      }),
    );
  });

  it("gets narrower as more alerts are judged", () => {
    const widths = [1, 10, 100, 1000].map((n) => {
      const { low = 0, high = 1 } = precisionOf(4 * n, n) ?? {};
      return high - low;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  });
});
