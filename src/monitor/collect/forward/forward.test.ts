import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { openTestIntake, storedRecords, storedTexts } from "../testing/fixtures.ts";
import { connectSender, HERE } from "../testing/tcp.ts";
import { type ForwardOptions, listenForward } from "./forward.ts";
import { pack } from "./msgpack.ts";

// MessagePack as the specification writes it: neither Fluent Bit nor Fluentd can be installed where this was built.
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const EVENT_TIME = hex("d7 00 65920080 075bcd15");
const RECORD = Buffer.concat([hex("82"), pack("n"), hex("cf ffffffffffffffff"), pack("t"), hex("a2 83e1")]);
const JSON_TEXT =
  '"n":18446744073709551615,"t":"\x83\xe1","@timestamp":"2024-01-01T00:00:00.123456789Z","fluent_tag":"app"';
const ENTRY = Buffer.concat([hex("92"), EVENT_TIME, RECORD]);
const array = (...items: Buffer[]): Buffer => Buffer.concat([Buffer.from([0x90 + items.length]), ...items]);
const NIL = 0xc0;
const CHUNK = pack({ chunk: "Y2h1bms=" });
const ACK = pack({ ack: "Y2h1bms=" }).toString("hex");
const TAG = pack("app");

async function open(options: Partial<ForwardOptions> = {}) {
  const { intake, wal } = await openTestIntake();
  const listener = await listenForward({ ...HERE, intake, ...options });
  onTestFinished(() => listener.close());
  return { intake, wal, listener, sender: await connectSender(listener.port) };
}

describe("The Forward protocol", () => {
  test.each([
    ["Message", array(TAG, EVENT_TIME, RECORD, CHUNK), 1],
    ["Forward", array(TAG, array(ENTRY, ENTRY), CHUNK), 2],
    ["PackedForward", array(TAG, pack(Buffer.concat([ENTRY, ENTRY])), CHUNK), 2],
    ["CompressedPackedForward", array(TAG, pack(Buffer.concat([gzipSync(ENTRY), gzipSync(ENTRY)])), CHUNK), 2],
    ["PackedForward with zstd", array(TAG, pack(zstdCompressSync(Buffer.concat([ENTRY, ENTRY]))), CHUNK), 2],
    ["Fluent Bit's metadata", array(TAG, array(array(array(EVENT_TIME, hex("80")), RECORD)), CHUNK), 1],
  ] as const)("in mode %s is stored byte for byte and acknowledged by chunk", async (_, message, count) => {
    const { wal, sender } = await open();
    sender.socket.write(Buffer.concat([hex("c0"), message]));
    await expect.poll(() => sender.received().toString("hex")).toBe(ACK);
    const frames = (await storedRecords(wal)).flatMap((record) => record.frames);
    expect(frames.map((bytes) => bytes.toString("latin1"))).toEqual(Array(count).fill(`{${JSON_TEXT}}`));
  });

  it("comes out the same however the network cuts it, and without a chunk nothing is answered", async () => {
    const { wal, sender } = await open();
    sender.socket.setNoDelay(true);
    for (const byte of Buffer.concat([array(TAG, array(ENTRY)), array(TAG, hex("01"), hex("81 a1 61 c3"))]))
      await new Promise<void>((done) => sender.socket.write(Buffer.from([byte]), () => done()));
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(2);
    expect((await storedTexts(wal))[1]).toBe('{"a":true,"@timestamp":"1970-01-01T00:00:01.000Z","fluent_tag":"app"}');
    expect(sender.received().length).toBe(0);
  });

  const ping = (helo: Buffer, key: string): Buffer => {
    const nonce = helo.subarray(helo.indexOf("nonce") + 8, helo.indexOf("nonce") + 24);
    const digest = createHash("sha512").update("salt").update("web01").update(nonce).update(key).digest("hex");
    return pack(["PING", "web01", "salt", digest, "", ""]);
  };
  test.each([
    ["takes senders that know the shared key, and calls them by their name", "a shared key", "source_web01"],
    ["tells senders that do not know it, and takes nothing", "another key", undefined],
  ])("%s", async (_, key, source) => {
    const wrong: string[] = [];
    const { wal, sender, intake } = await open({
      sharedKey: "a shared key",
      countWrongKey: (address) => wrong.push(address),
    });
    await expect.poll(() => sender.received().toString("latin1")).toContain("HELO");
    sender.socket.write(Buffer.concat([ping(sender.received(), key), array(TAG, array(ENTRY), CHUNK)]));
    await expect.poll(() => sender.received().toString("latin1")).toContain("PONG");
    if (source === undefined) {
      await expect.poll(() => sender.isClosed()).toBe(true);
      expect([wrong, intake.snapshot().authFailures]).toEqual([["127.0.0.1"], { forward: 1 }]);
    } else await expect.poll(() => sender.received().toString("hex")).toContain(ACK);
    expect((await storedRecords(wal)).map(({ sourceId }) => sourceId)).toEqual(source ? [source] : []);
  });

  it("lets an address that had too many wrong keys wait for its answer, and a right key never", async () => {
    const { sender, listener, intake } = await open({
      sharedKey: "a shared key",
      countWrongKey: () => {
        throw new AppError("over_limit", "Too many attempts.");
      },
      wrongKeyPauseMs: 1_000_000,
    });
    await expect.poll(() => sender.received().toString("latin1")).toContain("HELO");
    sender.socket.write(ping(sender.received(), "wrong"));
    await expect.poll(() => intake.snapshot().authFailures).toEqual({ forward: 1 });
    const other = await connectSender(listener.port);
    await expect.poll(() => other.received().toString("latin1")).toContain("HELO");
    other.socket.write(Buffer.concat([ping(other.received(), "a shared key"), array(TAG, array(ENTRY), CHUNK)]));
    await expect.poll(() => other.received().toString("hex")).toContain(ACK);
    expect(sender.received().toString("latin1")).not.toContain("PONG");
    await listener.close();
    await expect.poll(() => sender.isClosed()).toBe(true);
  });

  test.each([
    ["before 1970", hex("cb fe37e43c8800759c")],
    ["far in the future", hex("cf 7fffffffffffffff")],
    ["negative", hex("ff")],
    ["nothing", hex("c0")],
  ])("takes an event whose time is %s, without a time", async (_, time) => {
    const { wal, sender } = await open();
    sender.socket.write(array(TAG, array(array(time, hex("81 a1 61 c3"))), CHUNK));
    await expect.poll(() => sender.received().toString("hex")).toBe(ACK);
    expect(await storedTexts(wal)).toEqual(['{"a":true,"fluent_tag":"app"}']);
  });

  it("takes no more from a sender that does not read its answers, until it reads them", async () => {
    const { sender, listener } = await open();
    const message = array(TAG, hex("90"), Buffer.concat([hex("81"), pack("chunk"), pack("c".repeat(60_000))]));
    const messages = 500;
    sender.socket.pause();
    for (let i = 0; i < messages; i += 1) sender.socket.write(message);
    // Both directions are full: neither side's kernel takes any more.
    let last = -1;
    await expect
      .poll(
        () => {
          const before = last;
          last = sender.socket.bytesWritten - sender.socket.writableLength;
          return last - before;
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(0);
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    expect(listener.stats().connections).toBe(1);
    sender.socket.resume();
    await expect.poll(() => sender.received().length, { timeout: 20_000 }).toBe(messages * (60_000 + 10));
  });

  it("gives a chunk's name back byte for byte, were it 64 KB of what is no UTF-8", async () => {
    const { sender } = await open();
    const name = Buffer.concat([hex("da ff00"), Buffer.alloc(0xff00, 0xff)]);
    sender.socket.write(array(TAG, array(ENTRY), Buffer.concat([hex("81"), pack("chunk"), name])));
    const answer = Buffer.concat([hex("81"), pack("ack"), name]);
    await expect.poll(() => sender.received().equals(answer)).toBe(true);
  });

  it("keeps what came whole of a message that breaks off", async () => {
    const { wal, sender } = await open();
    sender.socket.end(Buffer.concat([hex("92"), TAG, hex("93"), ENTRY, ENTRY, ENTRY.subarray(0, 9)]));
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(2);
  });

  it("lets a bad entry cost itself", async () => {
    const { wal, sender, intake } = await open({ maxEventBytes: 100 });
    const large = array(hex("01"), Buffer.concat([hex("81"), pack("a"), pack("x".repeat(200))]));
    // Thirty bytes that JSON writes in six characters each.
    const escaped = array(hex("01"), Buffer.concat([hex("81"), pack("a"), pack("\u0001".repeat(30))]));
    sender.socket.write(array(TAG, array(hex("01"), array(hex("01"), hex("02")), large, escaped, ENTRY), CHUNK));
    await expect.poll(() => sender.received().toString("hex")).toBe(ACK);
    expect(await storedTexts(wal)).toHaveLength(1);
    expect(Object.assign({}, ...intake.snapshot().sources.map(({ rejected }) => rejected))).toEqual({
      not_an_object: 2,
      too_large: 2,
    });
  });

  it("refuses an event of a million values, which would be many times as large as JSON, and keeps the next", async () => {
    const { wal, sender, intake } = await open();
    const nils = Buffer.concat([
      hex("82"),
      pack("a"),
      hex("dd 000f4240"),
      Buffer.alloc(1_000_000, NIL),
      pack("b"),
      hex("01"),
    ]);
    sender.socket.write(array(TAG, array(array(EVENT_TIME, nils), ENTRY), CHUNK));
    await expect.poll(() => sender.received().toString("hex")).toBe(ACK);
    expect(await storedTexts(wal)).toHaveLength(1);
    expect(Object.assign({}, ...intake.snapshot().sources.map(({ rejected }) => rejected))).toEqual({ too_large: 1 });
  });

  test.each([
    ["is no MessagePack", hex("c1")],
    ["is HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["has one part", array(TAG)],
    ["has a tag of four gigabytes", hex("92 db ffffffff")],
    ["is nested a thousand deep", Buffer.concat([hex("92"), TAG, hex("91"), Buffer.alloc(1_000, 0x91)])],
    ["packs half an entry", array(TAG, pack(ENTRY.subarray(0, 8)))],
    ["packs broken gzip", array(TAG, pack(hex("1f8b 0800 ffff")))],
    ["packs a bomb", array(TAG, Buffer.concat([hex("c6 00010000"), packBomb()]))],
  ])("ends with a sender whose message %s", async (_, bytes) => {
    const { sender, listener } = await open();
    sender.socket.write(bytes);
    await expect.poll(() => sender.isClosed(), { timeout: 10_000 }).toBe(true);
    expect(listener.stats()).toMatchObject({ protocolErrors: 1, heldBytes: 0 });
  });
});

/** 64 KiB that inflate to an endless text inside one entry. */
function packBomb(): Buffer {
  const bomb = gzipSync(Buffer.concat([hex("92 01 db 7fffffff"), Buffer.alloc(60_000_000)]));
  return Buffer.concat([bomb, Buffer.alloc(65_536 - bomb.length)]);
}
