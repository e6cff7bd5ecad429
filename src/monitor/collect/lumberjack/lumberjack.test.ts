import { deflateSync } from "node:zlib";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { openTestIntake, storedTexts, takeOut } from "../testing/fixtures.ts";
import { connectSender, HERE } from "../testing/tcp.ts";
import { type LumberjackOptions, listenLumberjack } from "./lumberjack.ts";

// Frames as the protocol's text describes them: no Beat can be installed where this was built.
const u32 = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * i);
  return bytes;
};
const frame = (kind: string, ...parts: Buffer[]): Buffer => Buffer.concat([Buffer.from(`2${kind}`), ...parts]);
const v1 = (kind: string, ...parts: Buffer[]): Buffer => Buffer.concat([Buffer.from(`1${kind}`), ...parts]);
const window = (size: number): Buffer => frame("W", u32(size));
const json = (seq: number, text: string): Buffer => frame("J", u32(seq, Buffer.byteLength(text)), Buffer.from(text));
const compressed = (...frames: Buffer[]): Buffer => {
  const bytes = deflateSync(Buffer.concat(frames));
  return frame("C", u32(bytes.length), bytes);
};
const ack = (seq: number): string => frame("A", u32(seq)).toString("hex");

async function open(options: Partial<LumberjackOptions> & { maxBytes?: number } = {}) {
  const { maxBytes, ...rest } = options;
  const { intake, wal } = await openTestIntake(maxBytes === undefined ? {} : { maxBytes });
  const listener = await listenLumberjack({ ...HERE, intake, ...rest });
  onTestFinished(() => listener.close());
  return { intake, wal, listener, sender: await connectSender(listener.port) };
}

describe("Lumberjack", () => {
  it("acknowledges each window when it is durable, compressed or not, events as JSON or as pairs", async () => {
    const { wal, sender } = await open();
    const pair = frame("D", u32(2, 1, 1), Buffer.from("k"), u32(2), Buffer.from('"\n'));
    sender.socket.write(Buffer.concat([window(2), json(1, '{"a":1}'), pair]));
    sender.socket.write(
      Buffer.concat([window(3), compressed(json(1, '{"b":1}'), json(2, '{"b":2}')), json(3, '{"b":3}')]),
    );
    await expect.poll(() => sender.received().toString("hex")).toBe(ack(2) + ack(3));
    const texts = ['{"a":1}', '{"k":"\\"\\u000a"}', '{"b":1}', '{"b":2}', '{"b":3}'];
    expect(await storedTexts(wal)).toEqual(texts);
  });

  it("takes what Logstash's output mixes of versions 1 and 2, and answers 1 with one acknowledgement alone", async () => {
    const { wal, sender } = await open({ keepAliveMs: 1 });
    const bytes = deflateSync(
      Buffer.concat([v1("D", u32(7, 1, 1), Buffer.from("k"), u32(1), Buffer.from("v")), json(8, "{}")]),
    );
    sender.socket.write(Buffer.concat([v1("W", u32(2)), v1("C", u32(bytes.length), bytes)]));
    await expect.poll(() => sender.received().toString("hex")).toBe(v1("A", u32(8)).toString("hex"));
    expect(await storedTexts(wal)).toEqual(['{"k":"v"}', "{}"]);
  });

  it("comes out the same however the network cuts it", async () => {
    const { wal, sender } = await open();
    const bytes = Buffer.concat([window(2), compressed(json(1, '{"a":1}')), json(2, '{"a":2}')]);
    sender.socket.setNoDelay(true);
    for (const byte of bytes) await new Promise<void>((done) => sender.socket.write(Buffer.from([byte]), () => done()));
    await expect.poll(() => sender.received().toString("hex")).toBe(ack(2));
    expect(await storedTexts(wal)).toEqual(['{"a":1}', '{"a":2}']);
  });

  it("keeps the connection alive with 0 while the log is full, and acknowledges later", async () => {
    const { wal, sender } = await open({ maxBytes: 2 * 1024 * 1024, keepAliveMs: 20, limits: { retryMs: 20 } });
    const events = Array.from({ length: 40 }, (_, i) => json(i + 1, JSON.stringify({ i, pad: "x".repeat(100_000) })));
    sender.socket.write(Buffer.concat([window(40), ...events]));
    await expect.poll(() => sender.received().toString("hex")).toContain(ack(0));
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          await takeOut(wal, seen);
          return sender.received().toString("hex");
        },
        { timeout: 20_000 },
      )
      .toContain(ack(40));
    await takeOut(wal, seen);
    expect(seen.size).toBe(40);
  });

  it("lets a bad event cost itself: it is counted and the window acknowledged", async () => {
    const { wal, sender, intake } = await open({ maxEventBytes: 100 });
    const large = JSON.stringify({ large: "x".repeat(200) });
    const pairs = frame(
      "D",
      u32(4, 2, 1),
      Buffer.from("k"),
      u32(200),
      Buffer.alloc(200),
      u32(1),
      Buffer.from("k"),
      u32(0),
    );
    // Thirty bytes that JSON writes in six characters each.
    const escaped = frame("D", u32(5, 1, 1), Buffer.from("k"), u32(30), Buffer.alloc(30));
    const bad = [json(1, "{"), json(2, "[]"), json(3, large), pairs, escaped];
    sender.socket.write(Buffer.concat([window(6), ...bad, json(6, '{"a":1}')]));
    await expect.poll(() => sender.received().toString("hex")).toBe(ack(6));
    expect(await storedTexts(wal)).toEqual(['{"a":1}']);
    expect(Object.assign({}, ...intake.snapshot().sources.map(({ rejected }) => rejected))).toEqual({
      malformed_json: 1,
      not_an_object: 1,
      too_large: 3,
    });
  });

  it("pays for an event of pairs while it comes, out of what all senders have together", async () => {
    const { sender, listener } = await open({ limits: { maxHeldBytes: 1_000_000 } });
    const pair = Buffer.concat([u32(1), Buffer.from("k"), u32(20_000), Buffer.alloc(20_000)]);
    sender.socket.write(Buffer.concat([window(1), frame("D", u32(1, 200)), ...Array<Buffer>(100).fill(pair)]));
    await expect.poll(() => sender.isClosed()).toBe(true);
    expect(listener.stats()).toMatchObject({ protocolErrors: 1, heldBytes: 0 });
  });

  it("ends with a sender that stops inside a compressed frame, but counts none as wrong that goes away there", async () => {
    const { sender, listener } = await open({ limits: { unfinishedMs: 1 } });
    const part = Buffer.concat([window(1), compressed(json(1, "{}"))]).subarray(0, -3);
    sender.socket.write(part);
    await expect.poll(() => sender.isClosed(), { timeout: 5_000 }).toBe(true);
    const gone = await connectSender(listener.port);
    gone.socket.end(part);
    await expect.poll(() => gone.isClosed()).toBe(true);
    expect(listener.stats()).toMatchObject({ closedUnfinished: 1, protocolErrors: 0 });
  });

  it("gives the place of a sender that opened a window and went silent to a newcomer", async () => {
    const { sender, listener } = await open({ keepAliveMs: 1, limits: { maxConnections: 1, evictAfterMs: 100 } });
    sender.socket.write(window(5));
    const answer = async () => {
      const next = await connectSender(listener.port);
      next.socket.write(Buffer.concat([window(1), json(1, "{}")]));
      await expect.poll(() => next.isClosed() || next.received().length > 0).toBe(true);
      return next.received().toString("hex");
    };
    await expect.poll(answer, { timeout: 5_000 }).toContain(ack(1));
    expect(sender.received().length).toBe(0);
  });

  test.each([
    ["is none", Buffer.from("GET / HTTP/1.1\r\n")],
    ["is of version 3", Buffer.from("3W\0\0\0\x01")],
    ["is an event without a window", json(1, "{}")],
    ["has four billion pairs", Buffer.concat([window(1), frame("D", u32(1, 0xffffffff))])],
    ["is compressed and broken", Buffer.concat([window(1), frame("C", u32(4), Buffer.from("nope"))])],
    ["is compressed and cut inside", Buffer.concat([window(1), compressed(json(1, "{}").subarray(0, 8))])],
    ["is compressed twice", Buffer.concat([window(1), compressed(compressed(json(1, "{}")))])],
    ["is a bomb", Buffer.concat([window(1), compressed(frame("J", u32(1, 0x7fffffff)), Buffer.alloc(40_000_000))])],
    ["opens a window in a window", Buffer.concat([window(2), json(1, "{}"), window(2)])],
  ])("ends with a sender whose frame %s, acknowledging nothing", async (_, bytes) => {
    const { sender, listener } = await open();
    sender.socket.write(bytes);
    await expect.poll(() => sender.isClosed(), { timeout: 10_000 }).toBe(true);
    expect(sender.received().length).toBe(0);
    expect(listener.stats()).toMatchObject({ protocolErrors: 1, heldBytes: 0 });
  });
});
