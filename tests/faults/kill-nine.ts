import { setTimeout as sleep } from "node:timers/promises";
import type { YaguraProcess } from "../support/yagura-process.ts";
import { type Fault, isOver } from "./fault.ts";
import { figuresOf, type Ledger, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { drained, newVictim, type Victim } from "./running.ts";
import { bulkSender, lumberjackSender, relpSender, retryingSender, syslogSender, type Target } from "./senders.ts";

const LIFE_MS = 1_500;
/** Every so many rounds the kill comes while it starts: migrations, replay, opening of engines. */
const EARLY_EVERY = 4;
const EARLY_MS = 4_000;

/** `kill -9` of the running program at random moments, under load over five ways in; some while it starts and replays. */
export const killNine: Fault = {
  name: "kill-9",
  unit: "rounds",
  small: 2,
  full: 100,
  run: async (amount, until) => {
    const victim = await newVictim();
    const ledger = newLedger();
    const broken: string[] = [];
    let [early, rounds] = [0, 0];
    try {
      const retrying = new Retrying(victim, ledger);
      for (; rounds < amount && !isOver(until); rounds += 1) {
        if (rounds % EARLY_EVERY === EARLY_EVERY - 1) early += Number(await killWhileStarting(victim));
        const yagura = await victim.start();
        const target = await victim.target(yagura);
        retrying.reached(target);
        await loadAndKill(yagura, target, { label: `r${rounds}`, ledger });
        retrying.lost();
      }
      const last = await victim.start();
      retrying.reached(await victim.target(last));
      await retrying.finish();
      await drained(last.url);
      await last.kill("SIGTERM");
      const stored = await storedProbes(victim.installation.data);
      broken.push(...unpaid(ledger, stored));
      return {
        done: `killed with -9 at random moments ${rounds} times under load over _bulk, RELP, Lumberjack, syslog TCP and lines over HTTP that are sent again until answered; ${early} further kills while it started and replayed`,
        figures: { rounds, ...figuresOf(ledger, stored) },
        broken,
      };
    } finally {
      await victim.installation.remove();
    }
  },
};

type Load = { readonly label: string; readonly ledger: Ledger };

async function loadAndKill(yagura: YaguraProcess, target: Target, { label, ledger }: Load): Promise<void> {
  const dead = new AbortController();
  const sending = { target, label, ledger, stop: dead.signal, pauseMs: 5 };
  const senders = [bulkSender, relpSender, lumberjackSender, syslogSender].map((send) => send(sending));
  await sleep(Math.random() * LIFE_MS);
  await yagura.kill("SIGKILL");
  dead.abort();
  await Promise.all(senders);
}

async function killWhileStarting(victim: Victim): Promise<boolean> {
  const starting = victim.start().then(
    () => false,
    () => true,
  );
  await sleep(Math.random() * EARLY_MS);
  victim.installation.interrupt();
  return starting;
}

/** One sender that outlives the rounds: a batch without an answer is sent again to the next process, under the same key. */
class Retrying {
  readonly #stop = new AbortController();
  readonly #victim: Victim;
  readonly #ledger: Ledger;
  #target = Promise.withResolvers<Target>();
  #running: Promise<void> | undefined;

  constructor(victim: Victim, ledger: Ledger) {
    this.#victim = victim;
    this.#ledger = ledger;
  }

  reached(target: Target): void {
    this.#target.resolve(target);
    this.#running ??= this.#send(target);
  }

  lost(): void {
    this.#target = Promise.withResolvers<Target>();
  }

  async finish(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #send(target: Target): Promise<void> {
    const label = `all${this.#victim.installation.data.length}`;
    const sending = { target, label, ledger: this.#ledger, stop: this.#stop.signal, pauseMs: 20 };
    return retryingSender(sending, () => this.#target.promise);
  }
}
