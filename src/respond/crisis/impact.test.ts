import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Harmed, inForce, overOf, worstOf } from "./impact.ts";
import { longestOver } from "./view.ts";

const HOUR = 3_600_000;
const at = (hours: number, level: number) => ({ atMs: hours * HOUR, level });

describe("Harm against time", () => {
  it("is a step, not a ramp: 80 % for two hours over a tolerance of 30 % is 100 %·h", () => {
    const service = { tolerance: 30, levels: [at(0, 80), at(2, 0)] };
    expect(overOf(service, 5 * HOUR)).toEqual({ area: 100, minutesOver: 120 });
  });

  it("goes on until the end when nobody declared that it ended", () => {
    expect(overOf({ tolerance: 50, levels: [at(1, 60)] }, 3 * HOUR)).toEqual({ area: 20, minutesOver: 120 });
  });

  it("at the tolerance is tolerated", () => {
    expect(overOf({ tolerance: 50, levels: [at(0, 50)] }, 3 * HOUR)).toEqual({ area: 0, minutesOver: 0 });
  });

  it("of several services is the worst level, and the worst excess over a service's own tolerance", () => {
    const mail = { tolerance: 80, levels: [at(0, 90), at(4, 0)] };
    const shop = { tolerance: 10, levels: [at(2, 50), at(3, 0)] };
    const { worst, over } = worstOf([mail, shop], { fromMs: 0, untilMs: 6 * HOUR });
    expect(worst).toEqual([at(0, 90), at(4, 0)]);
    // Mail is 10 over for four hours; in the third the shop is 40 over.
    expect(over).toEqual({ area: 10 * 3 + 40, minutesOver: 240 });
  });

  it("takes of two words for one moment the later one", () => {
    expect(inForce([at(1, 50), at(0, 20), at(1, 70)])).toEqual([at(0, 20), at(1, 70)]);
  });

  it("is beyond the tolerable downtime by its longest stretch, not by the sum", () => {
    const levels = [at(0, 50), at(1, 0), at(2, 50), at(4, 10)];
    expect(longestOver(levels, 20, 10 * HOUR)).toBe(120);
    expect(longestOver(levels, 5, 10 * HOUR)).toBe(480);
    expect(longestOver([], 0, HOUR)).toBe(0);
  });

  it("agrees with a plain sum over every minute", () => {
    const MINUTE = 60_000;
    const serviceArb = fc.record({
      tolerance: fc.integer({ min: 0, max: 100 }),
      levels: fc
        .array(
          fc.record({
            atMs: fc.integer({ min: 0, max: 50 }).map((m) => m * MINUTE),
            level: fc.integer({ min: 0, max: 100 }),
          }),
        )
        .map(inForce),
    });
    fc.assert(
      fc.property(fc.array(serviceArb, { maxLength: 6 }), (services: Harmed[]) => {
        const untilMs = 60 * MINUTE;
        let area = 0;
        let minutes = 0;
        for (let ms = 0; ms < untilMs; ms += MINUTE) {
          const excess = Math.max(
            0,
            ...services.map(({ tolerance, levels }) => (levels.findLast((l) => l.atMs <= ms)?.level ?? 0) - tolerance),
          );
          area += excess / 60;
          if (excess > 0) minutes += 1;
        }
        const { over, worst } = worstOf(services, { fromMs: 0, untilMs });
        expect(over.area).toBeCloseTo(area, 6);
        expect(over.minutesOver).toBeCloseTo(minutes, 6);
        for (const { atMs, level } of worst) {
          const levelOf = ({ levels }: Harmed) => levels.findLast((l) => l.atMs <= atMs)?.level ?? 0;
          expect(level).toBe(Math.max(...services.map(levelOf)));
        }
      }),
    );
  });
});
