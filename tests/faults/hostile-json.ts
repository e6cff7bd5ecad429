import { gzipSync } from "node:zlib";
import { encode, Peer } from "../../src/monitor/simulate/testing.ts";
import { freePort, metric } from "../support/yagura-process.ts";
import { type Fault, isOver } from "./fault.ts";
import { drained, newVictim } from "./running.ts";
import type { Target } from "./senders.ts";

const BOMB_BYTES = 256 * 1024 * 1024;
const ANSWER_MS = 60_000;
const POLLUTION =
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x","hasOwnProperty":1,"message":"m"}';
const DEEP = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;

type Input = {
  readonly path: string;
  readonly type: string;
  /** A document as this input wraps it. */
  wrap(document: string): string;
};
const LINES = "application/x-ndjson";
const INPUTS: Readonly<Record<string, Input>> = {
  _bulk: { path: "/elastic/_bulk", type: LINES, wrap: (document) => `{"create":{}}\n${document}\n` },
  NDJSON: { path: "/api/v1/ingest", type: LINES, wrap: (document) => `${document}\n` },
  JSON: { path: "/api/v1/ingest", type: "application/json", wrap: (document) => `[${document}]` },
  "an imported file": { path: "/api/v1/ingest?file=x.json", type: LINES, wrap: (document) => document },
  HEC: {
    path: "/services/collector",
    type: "application/json",
    wrap: (document) => `{"event":${document},"fields":${document},"__proto__":{"host":"evil"}}`,
  },
  OTLP: {
    path: "/otlp/v1/logs",
    type: "application/json",
    wrap: (document) => {
      const attributes =
        '[{"key":"__proto__","value":{"stringValue":"x"}},{"key":"constructor","value":{"intValue":"1"}}]';
      const record = `{"body":{"kvlistValue":{"values":${attributes}}},"attributes":${attributes},"__proto__":${document}}`;
      return `{"resourceLogs":[{"resource":{"attributes":${attributes}},"scopeLogs":[{"logRecords":[${record}]}]}]}`;
    },
  },
};

/** Names that objects inherit, nesting without end and gzip bombs, into every input that takes JSON. */
export const hostileJson: Fault = {
  name: "hostile-json",
  unit: "rounds",
  small: 1,
  full: 20,
  run: async (amount, until) => {
    const forwardPort = await freePort();
    const victim = await newVictim(`forward: { enabled: true, port: ${forwardPort} }\n`);
    const broken: string[] = [];
    let [rounds, taken, refused] = [0, 0, 0];
    try {
      const yagura = await victim.start();
      const target = await victim.target(yagura);
      const bomb = gzipSync(Buffer.alloc(BOMB_BYTES, " "));
      for (; rounds < amount && !isOver(until); rounds += 1) {
        for (const [name, input] of Object.entries(INPUTS)) {
          const plain = await post(target, input, Buffer.from(input.wrap(POLLUTION)));
          if (plain !== 200) broken.push(`${name} answered ${plain} to names that objects inherit`);
          const others = [
            await post(target, input, Buffer.from(input.wrap(DEEP))),
            await post(target, input, bomb, true),
          ];
          for (const status of others) {
            if (status === undefined || status >= 500) broken.push(`${name} answered ${status}`);
            else if (status === 200) taken += 1;
            else refused += 1;
          }
          taken += plain === 200 ? 1 : 0;
        }
        await forward(forwardPort);
      }
      await drained(yagura.url);
      const [events = 0, stored = 0] = await Promise.all(
        ["yagura_intake_events_total", "yagura_events_stored_total"].map((name) => metric(yagura.url, name)),
      );
      if (events !== stored) broken.push(`${events} events were taken and ${stored} stored`);
      broken.push(...(yagura.output().match(/"level":"(error|fatal)"[^\n]*/g) ?? []));
      await yagura.kill("SIGTERM");
      return {
        done: `names that objects inherit into ${Object.keys(INPUTS).join(", ")} and Forward, objects 20,000 deep and gzip bombs of 256 MiB into all but Forward, ${rounds} times`,
        figures: {
          rounds,
          "requests taken": taken,
          "requests refused": refused,
          "events taken": events,
          "events stored": stored,
        },
        broken,
      };
    } finally {
      await victim.installation.remove();
    }
  },
};

async function post(
  { url, token }: Target,
  { path, type }: Input,
  body: Buffer,
  isPacked = false,
): Promise<number | undefined> {
  const scheme = path.startsWith("/services") ? "Splunk" : "Bearer";
  const packed = isPacked ? { "content-encoding": "gzip" } : {};
  const headers = { authorization: `${scheme} ${token}`, "content-type": type, ...packed };
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: new Uint8Array(body), signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}

/** The same names as MessagePack, acknowledged by chunk. */
async function forward(port: number): Promise<void> {
  const peer = await Peer.connect({ host: "127.0.0.1", port }, ANSWER_MS);
  const record: unknown = JSON.parse(POLLUTION);
  await peer.write(encode(["__proto__", [[1, record]], { chunk: "c" }]));
  await peer.read((held) => (held.includes("ack") ? { value: true, bytes: held.length } : undefined));
  await peer.end();
}
