import { ordinaryActivity } from "./background.ts";
import { backgroundOfMachines } from "./background-machines.ts";
import type { SimulatedEvent } from "./event.ts";
import { Random } from "./random.ts";
import { World } from "./world.ts";

/** A Monday morning in Tokyo: when all kinds of line are common. */
const START_MS = Date.UTC(2026, 10, 23, 1, 0, 0);

/** Syslog messages of firewalls (300–700 bytes), as benchmarks and tests want them: one kind, any number, by seed. */
export const firewallLines = (seed: number | string, count: number): Buffer[] => linesOf(seed, count, /-fw\d/);
export const proxyLines = (seed: number | string, count: number): Buffer[] => linesOf(seed, count, /-proxy\d/);
export const dnsLines = (seed: number | string, count: number): Buffer[] => linesOf(seed, count, /-dns\d/);
export const webLines = (seed: number | string, count: number): Buffer[] => linesOf(seed, count, /-web\d/);
/** Winlogbeat documents. */
export const windowsDocuments = (seed: number | string, count: number): Buffer[] =>
  linesOf(seed, count, /-(pc|dc|fs)\d/);

function linesOf(seed: number | string, count: number, source: RegExp): Buffer[] {
  const world = new World(new Random(`lines ${seed}`));
  const lines: Buffer[] = [];
  for (let atMs = START_MS; lines.length < count; atMs += 10) {
    const activity: SimulatedEvent[] =
      atMs % 20 === 0 ? ordinaryActivity(world, atMs) : backgroundOfMachines(world, atMs);
    for (const event of activity) if (source.test(event.source) && lines.length < count) lines.push(event.bytes);
  }
  return lines;
}
