import { SAMPLE_PEOPLE, SAMPLE_UNITS, type UnitKey } from "./company.ts";

/** How busy people are in each hour of a working day, 0–1. */
const WORKDAY = [
  0.04, 0.03, 0.03, 0.03, 0.03, 0.05, 0.1, 0.35, 0.85, 1, 1, 0.95, 0.55, 0.95, 1, 1, 0.95, 0.85, 0.6, 0.4, 0.25, 0.15,
  0.1, 0.06,
] as const;
const WEEKEND = 0.06;
/** Machines never sleep: their part, next to people at their busiest (1). */
const MACHINES = 0.55;
const HOUR_MS = 3_600_000;

/** How busy a unit's people are at an instant, 0–1, by the clock on their wall. */
export function busyness(unit: UnitKey, atMs: number): number {
  const offset = SAMPLE_UNITS.find((candidate) => candidate.key === unit)?.utcOffsetMinutes ?? 0;
  const local = new Date(atMs + offset * 60_000);
  const day = local.getUTCDay();
  if (day === 0 || day === 6) return WEEKEND;
  const now = WORKDAY[local.getUTCHours()] ?? 0;
  const next = WORKDAY[(local.getUTCHours() + 1) % 24] ?? 0;
  return now + (next - now) * (local.getUTCMinutes() / 60);
}

const SHARES = SAMPLE_UNITS.map((unit) => ({
  unit: unit.key,
  share: SAMPLE_PEOPLE.filter((person) => person.unit === unit.key).length / SAMPLE_PEOPLE.length,
}));

/** The part of events that people cause, 0–1, and how the whole compares with a week's mean. */
export function rhythmAt(atMs: number): { readonly peoplePart: number; readonly factor: number } {
  const people = SHARES.reduce((sum, { unit, share }) => sum + share * busyness(unit, atMs), 0);
  return { peoplePart: people / (people + MACHINES), factor: (people + MACHINES) / WEEKLY_MEAN };
}

const WEEKLY_MEAN = (() => {
  let sum = 0;
  for (let hour = 0; hour < 168; hour += 1) {
    for (const { unit, share } of SHARES) sum += share * busyness(unit, Date.UTC(2026, 0, 5) + hour * HOUR_MS);
  }
  return sum / 168 + MACHINES;
})();
