import { Counter, Gauge, type Registry } from "prom-client";

/** Figures that others count and that are read when somebody scrapes: what is, and what has been so far. */
export function scrapedGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

export function scrapedTotal(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

type Figure<T> = readonly [name: string, help: string, key: keyof T & string];
type Places<T> = {
  /** The label that tells places apart. */
  readonly label: string;
  readonly gauges: readonly Figure<T>[];
  readonly totals: readonly Figure<T>[];
  readonly read: () => Iterable<readonly [place: string, stats: T]>;
};

/** The same for several places of one kind: a value of each figure for each place. */
export function scrapedPlaces<T extends Readonly<Record<string, number>>>(registry: Registry, places: Places<T>): void {
  const { label, gauges, totals, read } = places;
  const common = { labelNames: [label], registers: [registry] };
  for (const [name, help, key] of gauges) {
    new Gauge({
      ...{ name, help, ...common },
      collect() {
        for (const [place, stats] of read()) this.set({ [label]: place }, stats[key] ?? 0);
      },
    });
  }
  for (const [name, help, key] of totals) {
    new Counter({
      ...{ name, help, ...common },
      collect() {
        this.reset();
        for (const [place, stats] of read()) this.inc({ [label]: place }, stats[key] ?? 0);
      },
    });
  }
}
