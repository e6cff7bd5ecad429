import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { metric, type YaguraProcess } from "../support/yagura-process.ts";
import type { Fault } from "./fault.ts";
import { figuresOf, type Ledger, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { drained, newVictim, type Victim } from "./running.ts";
import { posted, type Target } from "./senders.ts";
import { onSmallDisk, type SmallDisk } from "./small-disk.ts";

const SIZE_MIB = { wal: 64, events: 256, state: 256 } as const;
type Place = keyof typeof SIZE_MIB;
const BEFORE_MS = 2_000;
/** What a sender may be answered while there is no room: try again later. */
const LATER = new Set([429, 503]);

/** The disk of one part is full for `amount` seconds in the middle of the load, and then has room again. */
const diskFull = (place: Place, what: string): Fault => ({
  name: `disk-full-${place}`,
  unit: "seconds without room",
  small: place === "wal" ? 5 : undefined,
  full: 60,
  run: async (amount) => {
    const victim = await newVictim("wal: { segmentBytes: 4MiB }\n");
    const ledger = newLedger();
    try {
      await (await victim.start()).kill("SIGTERM");
      const disk = await onSmallDisk(join(victim.installation.data, place), SIZE_MIB[place]);
      const done = `the disk of ${what} was full for ${amount} s under load, then had room again`;
      if (disk === undefined)
        return { done, figures: {}, broken: [], skipped: "this user may not mount a file system" };
      try {
        return { done, ...(await fullWhileLoaded(victim, { disk, place, ledger, amount })) };
      } finally {
        victim.installation.interrupt();
        await disk.remove();
      }
    } finally {
      await victim.installation.remove();
    }
  },
});

type Filling = { readonly disk: SmallDisk; readonly place: Place; readonly ledger: Ledger; readonly amount: number };

async function fullWhileLoaded(victim: Victim, { disk, place, ledger, amount }: Filling) {
  const broken: string[] = [];
  const yagura = await victim.start();
  const target = await victim.target(yagura);
  const load = startLoad(target, ledger, "first");
  await sleep(BEFORE_MS);
  await disk.fill();
  const statuses = await watched({ yagura, target, broken }, amount);
  if (place === "wal" && ![...statuses].some((status) => LATER.has(status)))
    broken.push(`senders were answered ${[...statuses].join(", ")} while the log had no room`);
  const errors = await metric(yagura.url, "yagura_wal_write_errors_total");
  await disk.empty();
  const atRoom = ledger.acknowledged.size;
  await sleep(BEFORE_MS);
  await load.stop();
  const after = startLoad(target, ledger, "second");
  await sleep(BEFORE_MS);
  await after.stop();
  if (ledger.acknowledged.size === atRoom) broken.push("nothing was taken any more when there was room again");
  await drained(yagura.url);
  await yagura.kill("SIGTERM");
  const stored = await storedProbes(victim.installation.data);
  broken.push(...unpaid(ledger, stored));
  return { figures: { ...figuresOf(ledger, stored), "writes that the disk refused the log": errors }, broken };
}

type Watching = { readonly yagura: YaguraProcess; readonly target: Target; readonly broken: string[] };

/** What one sender is answered, second by second, and whether the process answers at all. */
async function watched({ yagura, target, broken }: Watching, seconds: number): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  const body = '{"create":{}}\n{"message":"is there room?"}\n';
  for (let second = 0; second < seconds; second += 1) {
    const answer = await posted(`${target.url}/elastic/_bulk`, {
      token: target.token,
      body,
      type: "application/x-ndjson",
    });
    if (answer !== undefined) statuses.add(answer.status);
    const alive = await fetch(`${yagura.url}/healthz`).catch(() => undefined);
    if (alive === undefined)
      broken.push(`the process did not answer in second ${second}: ${yagura.output().slice(-2000)}`);
    await sleep(1_000);
  }
  return statuses;
}

export const diskFaults: readonly Fault[] = [
  diskFull("wal", "the write-ahead log"),
  diskFull("events", "the events engine (chDB)"),
  diskFull("state", "the state engine (PGlite)"),
];
