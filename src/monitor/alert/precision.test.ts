import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { betaCdf, betaQuantile } from "./beta.ts";
import { precisionOf, shareOf } from "./precision.ts";
import { precisionPoints } from "./priority.ts";

describe("The beta distribution", () => {
  // Worked out apart from our code, by mpmath with 30 digits.
  test.each([
    [0.09429932405025, 0.025, 2, 2],
    [0.9057006759498, 0.975, 2, 2],
    [0.5858225086052, 0.025, 15, 4],
    [0.9359079522823, 0.975, 15, 4],
    [0.06409204771767, 0.025, 4, 15],
    [0.2862366680228, 0.5, 3, 7],
    [0.8254471739229, 0.025, 91, 11],
    [0.9443627761647, 0.975, 91, 11],
    [0.5407418735601, 0.025, 6, 1],
    [0.4690631398815, 0.025, 501, 501],
  ])("has %d at the quantile %d of Beta(%d, %d)", (x, p, a, b) => {
    expect(betaQuantile(p, a, b)).toBeCloseTo(x, 10);
    expect(betaCdf(x, a, b)).toBeCloseTo(p, 10);
  });

  test.each([0.025, 0.3, 0.975])("has closed forms where one parameter is 1 (p = %d)", (p) => {
    for (const n of [1, 2, 7, 300]) {
      expect(betaQuantile(p, 1, n)).toBeCloseTo(1 - (1 - p) ** (1 / n), 12);
      expect(betaQuantile(p, n, 1)).toBeCloseTo(p ** (1 / n), 12);
    }
  });

  it("gives quantiles that its own distribution takes back, in order, for any record", () => {
    const count = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(count, count, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, p) => {
        const x = betaQuantile(p, a, b);
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(1);
        expect(betaCdf(x, a, b)).toBeCloseTo(p, 7);
        expect(betaQuantile(p / 2, a, b)).toBeLessThan(x);
      }),
      { numRuns: 60 },
    );
  });
});

describe("The precision of a rule", () => {
  it("is unknown while there is no verdict", () => {
    expect(precisionOf({ truePositive: 0, falsePositive: 0, benign: 0 })).toBeUndefined();
  });

  it("counts benign alerts as not worth the time, beside false ones", () => {
    expect(precisionOf({ truePositive: 3, falsePositive: 1, benign: 1 })).toEqual(shareOf(3, 2));
    expect(shareOf(3, 2)).toMatchObject({ share: 4 / 7, judged: 5 });
  });

  it("lies in its interval, and the mirror case mirrors it", () => {
    const count = fc.nat(5_000);
    fc.assert(
      fc.property(count, count, (yes, no) => {
        const [one, other] = [shareOf(yes, no), shareOf(no, yes)];
        expect(one.low).toBeLessThan(one.share);
        expect(one.high).toBeGreaterThan(one.share);
        expect(one.low).toBeCloseTo(1 - other.high, 9);
      }),
    );
  });

  test.each([
    [0, 0, 0, 0],
    [1, 0, 0, 7],
    [0, 1, 0, -7],
    [0, 0, 1, -7],
    [9, 1, 0, 13],
    [0, 98, 0, -20],
    [1000, 0, 0, 20],
  ])(
    "of %d true, %d false and %d benign verdicts is worth %d points",
    (truePositive, falsePositive, benign, points) => {
      expect(precisionPoints({ truePositive, falsePositive, benign })).toBe(points);
    },
  );
});
