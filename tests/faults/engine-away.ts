import { setTimeout as sleep } from "node:timers/promises";
import { metric, type YaguraProcess } from "../support/yagura-process.ts";
import { type Fault, isOver, type Until } from "./fault.ts";
import { figuresOf, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { eventsServer, type OwnServer, stateServer } from "./own-servers.ts";
import { drained, newVictim, type Victim } from "./running.ts";

const BEFORE_MS = 2_000;
/** Half an hour's log is written to the engine in one go when it is back. */
const PATIENCE_MS = 600_000;

/** An engine on a server of its own is killed for `amount` seconds in the middle of the load, and started again. */
const engineAway = (name: string, what: string, open: () => Promise<OwnServer | undefined>): Fault => ({
  name,
  unit: "seconds away",
  small: 5,
  full: 1_800,
  run: async (amount, until) => {
    const done = `${what} was killed for ${amount} s under load, then started again`;
    const server = await open();
    if (server === undefined) return { done, figures: {}, broken: [], skipped: "PostgreSQL 15 is not installed" };
    const victim = await newVictim();
    try {
      await server.start();
      return { done, ...(await awayWhileLoaded(victim, server, { amount, until })) };
    } finally {
      await victim.installation.remove();
      await server.remove();
    }
  },
});

type Absence = { readonly amount: number; readonly until: Until };

async function awayWhileLoaded(victim: Victim, server: OwnServer, absence: Absence) {
  const broken: string[] = [];
  const ledger = newLedger();
  const yagura = await victim.start(server.environment);
  const target = await victim.target(yagura);
  const load = startLoad(target, ledger, "first");
  await sleep(BEFORE_MS);
  await server.kill();
  const atLoss = ledger.acknowledged.size;
  await stayedUp(yagura, absence, broken);
  const atReturn = ledger.acknowledged.size;
  if (atReturn === atLoss) broken.push("nothing was taken while the engine was away");
  const backlog = await metric(yagura.url, "yagura_wal_backlog_records");
  await server.start();
  await sleep(BEFORE_MS);
  await load.stop();
  const after = startLoad(target, ledger, "second");
  await sleep(BEFORE_MS);
  await after.stop();
  await drained(yagura.url, PATIENCE_MS);
  await yagura.kill("SIGTERM");
  await server.kill();
  const stored = await storedProbes(server.data ?? victim.installation.data);
  broken.push(...unpaid(ledger, stored));
  const waited = { "acknowledged while it was away": atReturn - atLoss, "records that waited in the log": backlog };
  return { figures: { ...figuresOf(ledger, stored), ...waited }, broken };
}

/** Asks every second whether the process answers. */
async function stayedUp(yagura: YaguraProcess, { amount, until }: Absence, broken: string[]): Promise<void> {
  const end = Date.now() + amount * 1_000;
  for (let second = 0; Date.now() < end && !isOver(until); second += 1) {
    const alive = await fetch(`${yagura.url}/healthz`).catch(() => undefined);
    if (alive === undefined)
      broken.push(`the process did not answer in second ${second}: ${yagura.output().slice(-2000)}`);
    await sleep(1_000);
  }
}

export const enginesAway: readonly Fault[] = [
  engineAway("events-away", "the events server (ClickHouse's HTTP interface over chDB)", eventsServer),
  engineAway("state-away", "the state server (PostgreSQL 15)", stateServer),
];
