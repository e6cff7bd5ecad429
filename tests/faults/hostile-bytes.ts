import { connect } from "node:net";
import { deflateSync } from "node:zlib";
import { until as eventually, metric } from "../support/yagura-process.ts";
import type { Fault } from "./fault.ts";
import { figuresOf, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { drained, newVictim } from "./running.ts";
import { bulkSender, lumberjackSender, relpSender, syslogSender, type Target } from "./senders.ts";

const MIB = 2 ** 20;

const TO_SYSLOG: Readonly<Record<string, Buffer>> = {
  "a line of 1 MiB": Buffer.concat([Buffer.from("<13>1 - h a - - - "), Buffer.alloc(MIB, "a"), Buffer.from("\n")]),
  "3 MiB and never a newline": Buffer.alloc(3 * MIB, "b"),
  "an octet count that promises more": Buffer.from("5000 <13>1 - h a - - - short"),
  "an octet count that promises less": Buffer.from("10 <13>1 - h a - - - much longer than ten\n"),
  "an octet count of twelve digits": Buffer.from("999999999999 <13>1 x\n"),
  "an octet count of zero": Buffer.from("0 0 0 <13>1 x\n"),
  "NUL bytes": Buffer.from("<13>1 - h a - - - a\0b\0\0c\n"),
  "nothing but NUL": Buffer.alloc(10_000),
  "invalid UTF-8": Buffer.concat([
    Buffer.from("<13>1 - h a - - - "),
    Buffer.from("ff fe c0 af ed a0 80 f4 90 80 80 0a".replaceAll(" ", ""), "hex"),
  ]),
  "empty lines": Buffer.alloc(50_000, "\n"),
};
const TO_RELP: Readonly<Record<string, Buffer>> = {
  "a length that is too small": Buffer.from("1 open 3 relp_version=0\n"),
  "a length that is too large": Buffer.from("1 open 5000 relp_version=0\n"),
  "a length of twelve digits": Buffer.from("1 open 999999999999 x\n"),
  "no RELP at all": Buffer.from("GET / HTTP/1.1\r\n\r\n"),
  "NUL bytes": Buffer.alloc(5_000),
  "a message before open": Buffer.from("1 syslog 3 abc\n"),
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const bomb = (): Buffer => deflateSync(Buffer.alloc(200 * MIB));
const TO_LUMBERJACK: Readonly<Record<string, () => Buffer>> = {
  "a zip bomb": () => {
    const bytes = bomb();
    return Buffer.concat([Buffer.from("2W"), u32(1), Buffer.from("2C"), u32(bytes.length), bytes]);
  },
  "a length of 4 GiB": () => Buffer.concat([Buffer.from("2J"), u32(1), u32(2 ** 32 - 1), Buffer.from("{}")]),
  "a window of 4 billion": () =>
    Buffer.concat([Buffer.from("2W"), u32(2 ** 32 - 1), Buffer.from("2J"), u32(1), u32(2), Buffer.from("{}")]),
  "compressed that is not": () => Buffer.concat([Buffer.from("2C"), u32(4), Buffer.from("oops")]),
  pollution: () => {
    const text = Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    return Buffer.concat([Buffer.from("2W"), u32(1), Buffer.from("2J"), u32(1), u32(text.length), text]);
  },
};

/** What no honest sender sends, on every TCP port, round after round; beside it honest senders. */
export const hostileBytes: Fault = {
  name: "hostile-bytes",
  unit: "rounds",
  small: 1,
  full: 20,
  run: async (amount) => {
    const victim = await newVictim();
    const ledger = newLedger();
    try {
      const yagura = await victim.start();
      const target = await victim.target(yagura);
      const ending = new AbortController();
      const sending = { target, label: "honest", ledger, stop: ending.signal, pauseMs: 100 };
      const honest = [bulkSender, relpSender, lumberjackSender, syslogSender].map((send) => send(sending));
      let thrown = 0;
      for (let round = 0; round < amount; round += 1) thrown += await throwAll(target);
      await eventually("the honest senders", async () => ledger.acknowledged.size > 0);
      ending.abort();
      await Promise.all(honest);
      await drained(yagura.url);
      const [taken, stored, rejected] = await Promise.all(
        ["yagura_intake_events_total", "yagura_events_stored_total", "yagura_intake_rejected_total"].map((name) =>
          metric(yagura.url, name),
        ),
      );
      const complaints = yagura.output().match(/"level":"(error|fatal)"[^\n]*/g) ?? [];
      await yagura.kill("SIGTERM");
      const probes = await storedProbes(victim.installation.data);
      const broken = [...unpaid(ledger, probes), ...complaints];
      if (taken !== stored) broken.push(`${taken} events were taken and ${stored} stored`);
      return {
        done: `1 MiB lines, endless lines, wrong octet counts and lengths, NUL, invalid UTF-8, a Lumberjack bomb and prototype keys on three ports, ${amount} times, beside honest senders`,
        figures: {
          ...figuresOf(ledger, probes),
          "hostile messages": thrown,
          "events taken": taken ?? 0,
          "events stored": stored ?? 0,
          "rejected or cut, counted with reason": rejected ?? 0,
        },
        broken,
      };
    } finally {
      await victim.installation.remove();
    }
  },
};

async function throwAll({ syslogTcpPort, relpPort, lumberjackPort }: Target): Promise<number> {
  const all = [
    ...Object.values(TO_SYSLOG).map((bytes) => ({ port: syslogTcpPort, bytes })),
    ...Object.values(TO_RELP).map((bytes) => ({ port: relpPort, bytes })),
    ...Object.values(TO_LUMBERJACK).map((make) => ({ port: lumberjackPort, bytes: make() })),
  ];
  for (const { port, bytes } of all) await thrown(port, bytes);
  return all.length;
}

/** Sends and ends; waits until the other side has closed too, or for a while. */
function thrown(port: number, bytes: Buffer): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => done());
    socket.resume();
  });
}
