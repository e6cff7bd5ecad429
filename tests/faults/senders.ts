import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "./ledger.ts";

/** Where a running Yagura is reached. */
export type Target = {
  readonly url: string;
  readonly token: string;
  readonly syslogTcpPort: number;
  readonly relpPort: number;
  readonly lumberjackPort: number;
};

/** Who sends, to whom, under which label, until when. */
export type Sending = {
  readonly target: Target;
  /** Letters and digits, of its own for every start. */
  readonly label: string;
  readonly ledger: Ledger;
  readonly stop: AbortSignal;
  /** Between two batches of a sender. */
  readonly pauseMs: number;
};

const BATCH = 100;
const REQUEST_MS = 30_000;

type Send = (probes: readonly string[]) => Promise<boolean>;

/** Batch after batch until the other side is gone or the time is up; what was answered for is acknowledged. */
async function batches(kind: string, { label, ledger, stop, pauseMs }: Sending, send: Send): Promise<void> {
  for (let batch = 0; !stop.aborted; batch += 1) {
    const probes = Array.from({ length: BATCH }, (_, n) => `probe-${label}-${kind}-${batch}-${n}`);
    for (const probe of probes) ledger.sent.add(probe);
    if (await send(probes)) for (const probe of probes) ledger.acknowledged.add(probe);
    await sleep(pauseMs);
  }
}

/** Elasticsearch's `_bulk`, as Filebeat sends lines. A refused batch is not sent again. */
export const bulkSender = (sending: Sending): Promise<void> =>
  batches("bulk", sending, async (probes) => {
    const { url, token } = sending.target;
    const body = probes.map((probe) => `{"create":{}}\n${JSON.stringify({ message: lineOf(probe) })}\n`).join("");
    const answer = await posted(`${url}/elastic/_bulk`, { token, body, type: "application/x-ndjson" });
    return answer?.status === 200 && answer.text.includes('"errors":false');
  });

/** Lines over HTTP under an Idempotency-Key: without an answer the same batch is sent again. Ends only with its last batch answered. */
export async function retryingSender(sending: Sending, again: () => Promise<Target | undefined>): Promise<void> {
  const { label, ledger, stop, pauseMs } = sending;
  let target: Target | undefined = sending.target;
  for (let batch = 0; !stop.aborted && target !== undefined; batch += 1) {
    const probes = Array.from({ length: BATCH }, (_, n) => `probe-${label}-again-${batch}-${n}`);
    for (const probe of probes) ledger.sent.add(probe);
    const body = probes.map(lineOf).join("\n");
    while (target !== undefined) {
      const { url, token }: Target = target;
      const more = { "idempotency-key": `${label}-${batch}` };
      const answer = await posted(`${url}/api/v1/ingest`, { token, body, type: "text/plain", more });
      if (answer?.status === 200) break;
      target = answer === undefined ? await again() : target;
      await sleep(20);
    }
    if (target !== undefined) for (const probe of probes) ledger.acknowledged.add(probe);
    await sleep(pauseMs);
  }
}

/** RELP, as rsyslog's omrelp speaks it: every message has an answer of its own. */
export async function relpSender(sending: Sending): Promise<void> {
  const peer = await reach(sending.target.relpPort);
  if (peer === undefined) return;
  const { ask } = relpTalk(peer);
  if (!(await ask("open", "relp_version=0\nrelp_software=probe\ncommands=syslog"))) return;
  await batches("relp", sending, async (probes) => {
    const answers = await Promise.all(probes.map((probe) => ask("syslog", lineOf(probe))));
    // Answers are for one message each: what was answered before the end counts.
    for (const [n, probe] of probes.entries()) if (answers[n]) sending.ledger.acknowledged.add(probe);
    return answers.every(Boolean);
  });
  peer.destroy();
}

function relpTalk(peer: Socket) {
  const waiting = new Map<number, (isOk: boolean) => void>();
  let [transaction, text] = [0, ""];
  peer.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    for (const [, number, code] of text.matchAll(/(\d+) rsp \d+ (\d{3})[^\n]*\n/g)) {
      waiting.get(Number(number))?.(code === "200");
      waiting.delete(Number(number));
    }
    text = text.slice(text.lastIndexOf("\n") + 1);
  });
  peer.on("close", () => {
    for (const answered of waiting.values()) answered(false);
    waiting.clear();
  });
  const ask = (command: string, data: string): Promise<boolean> =>
    new Promise((answered) => {
      if (peer.destroyed) return answered(false);
      transaction += 1;
      waiting.set(transaction, answered);
      peer.write(`${transaction} ${command} ${Buffer.byteLength(data)} ${data}\n`);
    });
  return { ask };
}

const u32 = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * at);
  return bytes;
};

/** Lumberjack 2, as Beats speak it to Logstash: a window is answered as a whole. */
export async function lumberjackSender(sending: Sending): Promise<void> {
  const peer = await reach(sending.target.lumberjackPort);
  if (peer === undefined) return;
  let acknowledged: ((seq: number) => void) | undefined;
  let held = Buffer.alloc(0);
  peer.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (; held.length >= 6; held = held.subarray(6)) acknowledged?.(held.readUInt32BE(2));
  });
  peer.on("close", () => acknowledged?.(0));
  await batches("beats", sending, (probes) => {
    const events = probes.map((probe, n) => {
      const event = Buffer.from(JSON.stringify({ message: lineOf(probe) }));
      return Buffer.concat([Buffer.from("2J"), u32(n + 1, event.length), event]);
    });
    return new Promise((done) => {
      acknowledged = (seq) => {
        if (seq === probes.length || peer.destroyed) done(seq === probes.length);
      };
      if (peer.destroyed) return done(false);
      peer.write(Buffer.concat([Buffer.from("2W"), u32(probes.length), ...events]));
    });
  });
  peer.destroy();
}

/** Syslog over TCP promises nothing: what is checked is that nothing comes twice. */
export async function syslogSender(sending: Sending): Promise<void> {
  const peer = await reach(sending.target.syslogTcpPort);
  if (peer === undefined) return;
  await batches("tcp", sending, async (probes) => {
    if (peer.destroyed) return false;
    if (!peer.write(probes.map((probe) => `${lineOf(probe)}\n`).join(""))) await either(peer, "drain");
    return false;
  });
  peer.destroy();
}

export const lineOf = (probe: string): string =>
  `<134>1 ${new Date().toISOString()} fw01.example.jp app 42 - - ${probe} connection from 203.0.113.9 port 51122`;

async function reach(port: number): Promise<Socket | undefined> {
  const peer = connect(port, "127.0.0.1");
  peer.on("error", () => undefined);
  await either(peer, "connect");
  return peer.destroyed ? undefined : peer;
}

/** Resolves at the event, or when the connection is over. */
const either = (peer: Socket, event: string): Promise<void> =>
  new Promise((done) => {
    peer.once(event, () => done());
    peer.once("close", () => done());
  });

type Posting = {
  readonly token: string;
  readonly body: string;
  readonly type: string;
  readonly more?: Readonly<Record<string, string>>;
};

/** Undefined when no answer came. */
export async function posted(
  url: string,
  { token, body, type, more }: Posting,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}`, "content-type": type, ...more };
    const signal = AbortSignal.timeout(REQUEST_MS);
    const answer = await fetch(url, { method: "POST", headers, body, signal });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
