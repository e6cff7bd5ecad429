import type { Excess } from "./contract.ts";

/** A level (0–100 %) that holds from a moment on, until the next one: declared values are steps, nothing between is invented. */
export type Level = { readonly atMs: number; readonly level: number };
export type Harmed = { readonly tolerance: number; readonly levels: readonly Level[] };
type Span = { readonly fromMs: number; readonly untilMs: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** In the order of their moments; of several for one moment the one written last counts. `written`: in the order of writing. */
export function inForce<T extends { readonly atMs: number }>(written: readonly T[]): T[] {
  const byMoment = new Map(written.map((each) => [each.atMs, each]));
  return [...byMoment.values()].sort((a, b) => a.atMs - b.atMs);
}

/** How far and how long one service was above its tolerance. */
export const overOf = (service: Harmed, until: number): Excess =>
  worstOf([service], { fromMs: service.levels[0]?.atMs ?? until, untilMs: until }).over;

/**
 * All services as one: at each moment the worst level, and the worst excess over a service's own tolerance. A sweep over
 * the sorted changes; levels are whole per cents, so that the worst of all is found in a count per level, not per service.
 */
export function worstOf(services: readonly Harmed[], { fromMs, untilMs }: Span): { worst: Level[]; over: Excess } {
  const changes = services
    .flatMap(({ levels }, service) => levels.map(({ atMs, level }) => ({ atMs, level, service })))
    .filter(({ atMs }) => atMs <= untilMs)
    .sort((a, b) => a.atMs - b.atMs);
  const levels = new Counts(0, 100);
  const excesses = new Counts(-100, 100);
  const now = services.map(() => 0);
  for (const { tolerance } of services) {
    levels.add(0);
    excesses.add(-tolerance);
  }
  const worst: Level[] = [];
  let over = { area: 0, minutesOver: 0 };
  let lastMs = fromMs;
  const reach = (atMs: number): void => {
    over = added(over, { excess: services.length === 0 ? 0 : excesses.highest(), ms: Math.max(0, atMs - lastMs) });
    lastMs = Math.max(lastMs, atMs);
  };
  for (const [i, { atMs, level, service }] of changes.entries()) {
    reach(atMs);
    const before = now[service] ?? 0;
    const tolerance = services[service]?.tolerance ?? 0;
    levels.move(before, level);
    excesses.move(before - tolerance, level - tolerance);
    now[service] = level;
    // Several changes at one moment are one step.
    if (changes[i + 1]?.atMs !== atMs) step(worst, { atMs, level: levels.highest() });
  }
  reach(untilMs);
  return { worst, over };
}

function added(over: Excess, { excess, ms }: { readonly excess: number; readonly ms: number }): Excess {
  if (excess <= 0) return over;
  return { area: over.area + (excess * ms) / HOUR_MS, minutesOver: over.minutesOver + ms / MINUTE_MS };
}

function step(steps: Level[], next: Level): void {
  if (steps.at(-1)?.level !== next.level) steps.push(next);
}

/** How many services stand at each whole number between two bounds. */
class Counts {
  readonly #low: number;
  readonly #counts: Int32Array;

  constructor(low: number, high: number) {
    this.#low = low;
    this.#counts = new Int32Array(high - low + 1);
  }

  add(value: number): void {
    this.#change(value, 1);
  }

  move(from: number, to: number): void {
    this.#change(from, -1);
    this.#change(to, 1);
  }

  highest(): number {
    return this.#counts.findLastIndex((count) => count > 0) + this.#low;
  }

  #change(value: number, by: number): void {
    const place = value - this.#low;
    this.#counts[place] = (this.#counts[place] ?? 0) + by;
  }
}
