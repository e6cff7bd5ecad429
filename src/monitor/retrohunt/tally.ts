import { MAX_ENTITIES, MAX_SAMPLES, type RetroHuntFound } from "./contract.ts";

/** Entities kept apart in memory, in all and again of the days in work; past this, new ones are counted as events only. */
const MAX_KEPT = 50_000;

/** Matches of a rule on one entity of one unit on one UTC day, `YYYY-MM-DD`. */
export type SliceRow = {
  readonly day: string;
  readonly kind: string;
  readonly value: string;
  readonly unit: string;
  readonly events: number;
};
/** `firstDay`: the day that the slice begins in; the next slice may have more of it, and of none after it. */
export type Slice = {
  readonly firstDay: string;
  readonly rows: readonly SliceRow[];
  readonly samples: RetroHuntFound["samples"];
};

/** Sums up slices, newest first. A day may come in several slices; an entity alerts once a day, as one alert gathers its events. */
export class Tally {
  readonly #days = new Map<string, { events: number; alerts: Set<string> | number }>();
  readonly #entities = new Map<string, { kind: string; value: string; events: number }>();
  readonly #samples: RetroHuntFound["samples"] = [];
  #matched = 0;
  #isCapped = false;
  /** How many entities the days that are not over hold in memory. */
  #heldOfDays = 0;

  get samplesWanted(): number {
    return MAX_SAMPLES - this.#samples.length;
  }

  add({ firstDay, rows, samples }: Slice): void {
    for (const row of rows) this.#addRow(row);
    this.#samples.push(...samples.slice(0, this.samplesWanted));
    // Slices come newest first: of days that are over, the number is all that is needed.
    for (const [known, sum] of this.#days) {
      if (known <= firstDay || typeof sum.alerts === "number") continue;
      this.#heldOfDays -= sum.alerts.size;
      sum.alerts = sum.alerts.size;
    }
  }

  found(): RetroHuntFound {
    return {
      matched: this.#matched,
      byDay: [...this.#days]
        .map(([day, { events, alerts }]) => ({
          day,
          events,
          alerts: typeof alerts === "number" ? alerts : alerts.size,
        }))
        .sort((a, b) => (a.day < b.day ? -1 : 1)),
      entities: [...this.#entities.values()].sort((a, b) => b.events - a.events).slice(0, MAX_ENTITIES),
      samples: [...this.#samples],
      isCapped: this.#isCapped,
    };
  }

  #addRow({ day, kind, value, unit, events }: SliceRow): void {
    this.#matched += events;
    const sum = this.#days.get(day) ?? { events: 0, alerts: new Set<string>() };
    this.#days.set(day, sum);
    sum.events += events;
    if (typeof sum.alerts !== "number") this.#addAlert(sum.alerts, `${kind}\n${value}\n${unit}`);
    const key = `${kind}\n${value}`;
    const entity = this.#entities.get(key) ?? { kind, value, events: 0 };
    entity.events += events;
    if (this.#entities.has(key)) return;
    if (this.#entities.size < MAX_KEPT) this.#entities.set(key, entity);
    else this.#isCapped = true;
  }

  /** A day with more entities than are kept has at least as many alerts as were kept. */
  #addAlert(alerts: Set<string>, key: string): void {
    if (alerts.has(key)) return;
    if (this.#heldOfDays >= MAX_KEPT) {
      this.#isCapped = true;
      return;
    }
    alerts.add(key);
    this.#heldOfDays += 1;
  }
}

/** Alerts a day over the days searched; null when nothing was searched yet. */
export function alertsPerDay(found: RetroHuntFound, searchedMs: number): number | null {
  if (searchedMs <= 0) return null;
  const alerts = found.byDay.reduce((sum, day) => sum + day.alerts, 0);
  return alerts / Math.max(1, searchedMs / 86_400_000);
}
