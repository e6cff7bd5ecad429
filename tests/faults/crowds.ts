import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { metric } from "../support/yagura-process.ts";
import type { Fault } from "./fault.ts";
import { figuresOf, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { drained, newVictim } from "./running.ts";
import { bulkSender, lumberjackSender, relpSender, type Target } from "./senders.ts";

const AT_ONCE = 200;
const SLOW_PER_PORT = 25;
const WATCH_MS = 8_000;
const MAX_GROWTH_BYTES = 400 * 2 ** 20;
/** What a slow sender begins and never ends. */
const BEGINNINGS = {
  http: "POST /elastic/_bulk HTTP/1.1\r\nHost: yagura\r\nContent-Length: 100000\r\nX-Slow: ",
  syslog: "<13>1 2026-11-27T00:00:00Z slow app - - - ",
  relp: "1 open 90000 relp_version=0",
  lumberjack: "2J\0\0\0\x01\0\0\xff\xff{",
} as const;

/** Idle connections on the ports that take thousands, and senders on every port that bring a byte a second of something without end. */
export const crowds: Fault = {
  name: "slow-and-idle",
  unit: "idle connections",
  small: 1_000,
  full: 10_000,
  run: async (amount) => {
    const victim = await newVictim();
    const ledger = newLedger();
    const sockets: Socket[] = [];
    try {
      const yagura = await victim.start();
      const target = await victim.target(yagura);
      const before = await metric(yagura.url, "yagura_process_resident_memory_bytes");
      const ports = { ...portsOf(target), web: Number(new URL(target.url).port) };
      for (let left = amount; left > 0; left -= AT_ONCE) {
        const some = Array.from({ length: Math.min(left, AT_ONCE) }, (_, n) => (n % 2 ? ports.syslog : ports.web));
        sockets.push(...(await Promise.all(some.map(idle))));
      }
      const slow = Object.entries(portsOf(target)).flatMap(([name, port]) =>
        Array.from({ length: SLOW_PER_PORT }, () => ({ name, port })),
      );
      const dripping = await Promise.all(slow.map(async ({ name, port }) => ({ name, socket: await idle(port) })));
      const drip = setInterval(() => {
        for (const { socket } of dripping) socket.write("x");
      }, 1_000);
      for (const { name, socket } of dripping) socket.write(beginningOf(name));
      sockets.push(...dripping.map(({ socket }) => socket));
      const served = await serve(target, ledger);
      const held = sockets.filter(({ destroyed }) => !destroyed).length;
      const after = await metric(yagura.url, "yagura_process_resident_memory_bytes");
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
      await drained(yagura.url);
      await yagura.kill("SIGTERM");
      const stored = await storedProbes(victim.installation.data);
      const broken = [...unpaid(ledger, stored), ...served];
      if (after - before > MAX_GROWTH_BYTES)
        broken.push(`memory grew by ${Math.round((after - before) / 2 ** 20)} MiB`);
      return {
        done: `${amount.toLocaleString("en")} idle connections on syslog TCP and the web port and ${slow.length} senders of a byte a second on four ports, while others sent`,
        figures: {
          ...figuresOf(ledger, stored),
          "connections still open": held,
          "memory grew by, MiB": Math.round((after - before) / 2 ** 20),
        },
        broken,
      };
    } finally {
      for (const socket of sockets) socket.destroy();
      await victim.installation.remove();
    }
  },
};

const portsOf = ({
  url,
  syslogTcpPort,
  relpPort,
  lumberjackPort,
}: Target): Record<keyof typeof BEGINNINGS, number> => ({
  http: Number(new URL(url).port),
  syslog: syslogTcpPort,
  relp: relpPort,
  lumberjack: lumberjackPort,
});
const beginningOf = (name: string): string => Object.entries(BEGINNINGS).find(([port]) => port === name)?.[1] ?? "x";

/** Connected, or turned away at once: both are fine. */
async function idle(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  await Promise.race([once(socket, "connect").catch(() => undefined), once(socket, "close")]);
  return socket;
}

/** Other senders in the middle of the crowd: each way in must have taken something of theirs. */
async function serve(target: Target, ledger: ReturnType<typeof newLedger>): Promise<string[]> {
  const ending = new AbortController();
  const sending = { target, label: "beside", ledger, stop: ending.signal, pauseMs: 50 };
  const senders = [bulkSender, relpSender, lumberjackSender].map((send) => send(sending));
  await sleep(WATCH_MS);
  ending.abort();
  await Promise.all(senders);
  const kinds = ["bulk", "relp", "beats"];
  const taken = new Set([...ledger.acknowledged].map((probe) => probe.split("-")[2]));
  return kinds.filter((kind) => !taken.has(kind)).map((kind) => `nothing of ${kind} was taken beside the crowd`);
}
