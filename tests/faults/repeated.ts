import { setTimeout as sleep } from "node:timers/promises";
import {
  type Conversation,
  forwardProtocol,
  type Line,
  LUMBERJACK,
  Peer,
  type Protocol,
} from "../../src/monitor/simulate/testing.ts";
import { freePort } from "../support/yagura-process.ts";
import { type Fault, isOver } from "./fault.ts";
import { figuresOf, type Ledger, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { drained, newVictim } from "./running.ts";
import { lineOf, posted, type Target } from "./senders.ts";

const BATCH = 100;
const BATCHES = 6;
const ANSWER_MS = 60_000;

/** Senders whose batches come again and in another order. Twice is told apart by what the protocol promises. */
export const repeated: Fault = {
  name: "repeated-batches",
  unit: "rounds",
  small: 1,
  full: 50,
  run: async (amount, until) => {
    const forwardPort = await freePort();
    const victim = await newVictim(`forward: { enabled: true, port: ${forwardPort} }\n`);
    const [keyed, again] = [newLedger(), newLedger()];
    let [rounds, resent] = [0, 0];
    try {
      const yagura = await victim.start();
      const target = await victim.target(yagura);
      for (; rounds < amount && !isOver(until); rounds += 1) {
        resent += await shuffledByKey(target, keyed, rounds);
        const { lumberjackPort } = target;
        await twice({ protocol: LUMBERJACK, port: lumberjackPort, ledger: again, label: `r${rounds}`, kind: "beats" });
        const protocol = forwardProtocol();
        await twice({ protocol, port: forwardPort, ledger: again, label: `r${rounds}`, kind: "forward" });
      }
      await drained(yagura.url);
      await yagura.kill("SIGTERM");
      const stored = [...(await storedProbes(victim.installation.data))];
      const ofKeys = new Map(stored.filter(([probe]) => keyed.sent.has(probe)));
      const others = new Map(stored.filter(([probe]) => !keyed.sent.has(probe)));
      const broken = unpaid(keyed, ofKeys);
      for (const probe of again.acknowledged) if (!others.has(probe)) broken.push(`acknowledged and lost: ${probe}`);
      for (const [probe, count] of others) if (count > 2) broken.push(`sent twice and stored ${count} times: ${probe}`);
      return {
        done: `${rounds} rounds of batches under an Idempotency-Key, each sent up to three times, mixed up and at once, and of Lumberjack windows and Forward chunks that came again as they were`,
        figures: {
          rounds,
          ...figuresOf(keyed, ofKeys),
          "batches sent again under their key": resent,
          "sent twice by Lumberjack and Forward": again.sent.size,
          "of these stored twice, which neither promises to avoid": [...others.values()].filter((n) => n > 1).length,
        },
        broken,
      };
    } finally {
      await victim.installation.remove();
    }
  },
};

/** Posts each batch up to three times, in a mixed order, four at a time. Returns how many were repetitions. */
async function shuffledByKey({ url, token }: Target, ledger: Ledger, round: number): Promise<number> {
  const batches = Array.from({ length: BATCHES }, (_, n) => probesOf(`r${round}`, "keyed", n));
  for (const probe of batches.flat()) ledger.sent.add(probe);
  const order = batches
    .flatMap((_, n) => Array(1 + (n % 3)).fill(n) as number[])
    .map((n) => ({ n, at: Math.random() }));
  const queue = order.sort((a, b) => a.at - b.at).map(({ n }) => n);
  const worker = async (): Promise<void> => {
    for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
      const probes = batches[n] ?? [];
      const more = { "idempotency-key": `round ${round} batch ${n}` };
      const body = probes.map(lineOf).join("\n");
      const answer = await posted(`${url}/api/v1/ingest`, { token, body, type: "text/plain", more });
      if (answer?.status === 200) for (const probe of probes) ledger.acknowledged.add(probe);
      // 409: the same batch is still on its way by another connection.
      else queue.unshift(n);
      if (answer?.status !== 200) await sleep(20);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return order.length - BATCHES;
}

const probesOf = (label: string, kind: string, batch: number): readonly string[] =>
  Array.from({ length: BATCH }, (_, n) => `probe-${label}-${kind}-${batch}-${n}`);

type Twice = {
  readonly protocol: Protocol;
  readonly port: number;
  readonly ledger: Ledger;
  readonly label: string;
  readonly kind: string;
};

/** Sends one batch twice over connections of their own, under the same name. */
async function twice({ protocol, port, ledger, label, kind }: Twice): Promise<void> {
  const probes = probesOf(label, kind, 0);
  for (const probe of probes) ledger.sent.add(probe);
  const lines = probes.map((probe): Line => {
    const bytes = Buffer.from(JSON.stringify({ message: lineOf(probe) }));
    return { atMs: Date.now(), host: "fw01", bytes };
  });
  for (let time = 0; time < 2; time += 1) {
    const peer = await Peer.connect({ host: "127.0.0.1", port }, ANSWER_MS);
    const conversation: Conversation = await protocol.open(peer);
    await conversation.deliver({ id: `${label}-${kind}`, lines }, (n) => ledger.acknowledged.add(probes[n] ?? ""));
    await peer.end();
  }
}
