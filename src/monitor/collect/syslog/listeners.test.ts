import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { openTestIntake, storedRecords, storedTexts } from "../testing/fixtures.ts";
import type { SyslogLimits } from "./conversation.ts";
import { listenSyslogTcp } from "./tcp.ts";
import { listenSyslogUdp } from "./udp.ts";

const failOnBug = (error: unknown): never => {
  throw error;
};
const HERE = { host: "127.0.0.1", port: 0, onBug: failOnBug };

async function openTcp(options: { limits?: Partial<SyslogLimits>; maxBytes?: number } = {}) {
  const { intake, wal } = await openTestIntake(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes });
  const listener = await listenSyslogTcp({ ...HERE, intake, limits: { ...options.limits } });
  onTestFinished(async () => listener.close());
  const send = async (text: string | Buffer): Promise<Socket> => {
    const socket = connect(listener.port, "127.0.0.1");
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    socket.write(text);
    return socket;
  };
  return { intake, wal, listener, send };
}

async function openUdp(options: Parameters<typeof openTestIntake>[0] = {}) {
  const { intake, wal } = await openTestIntake(options);
  const listener = await listenSyslogUdp({ ...HERE, intake });
  const client = createSocket("udp4");
  onTestFinished(async () => {
    client.close();
    await listener.close();
  });
  const send = async (message: string | Buffer): Promise<void> =>
    new Promise((resolve) => {
      client.send(message, listener.port, "127.0.0.1", () => resolve());
    });
  return { intake, wal, listener, send };
}

describe("Syslog over TCP", () => {
  it("is stored by source, byte for byte, in either framing", async () => {
    const { wal, send } = await openTcp();
    await send("<13>Oct 11 22:14:15 web-01 a: \xff\0x\n");
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(1);
    const multiline = "<13>Oct 11 22:14:15 web-02 b: two\nx";
    await send(`${multiline.length} ${multiline}<14>Oct 11 22:14:15 web-01 c: three\n`);
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(3);
    const stored = (await storedRecords(wal)).map(({ transport, peer, sourceId, frames }) =>
      [transport, peer, sourceId, ...frames.map(String)].join(" "),
    );
    // Order holds within a source, not across.
    expect(stored.sort()).toEqual([
      "syslog-tcp 127.0.0.1 source_web-01 <13>Oct 11 22:14:15 web-01 a: \xff\0x",
      "syslog-tcp 127.0.0.1 source_web-01 <14>Oct 11 22:14:15 web-01 c: three",
      "syslog-tcp 127.0.0.1 source_web-02 <13>Oct 11 22:14:15 web-02 b: two\nx",
    ]);
  });

  it("keeps what a sender wrote before it went away, its last message without an end included", async () => {
    const { wal, send, listener } = await openTcp();
    const socket = await send("<13>one\n<14>two");
    socket.end();
    await expect.poll(async () => storedTexts(wal)).toEqual(["<13>one", "<14>two"]);
    await expect.poll(() => listener.stats().connections).toBe(0);
  });

  it("loses nothing when the log is full: senders wait, and go on when there is room", async () => {
    const { wal, send, listener } = await openTcp({ maxBytes: 2 * 1024 * 1024, limits: { retryMs: 20 } });
    const lines = Array.from({ length: 4_000 }, (_, i) => `<13>${i} ${"x".repeat(990)}`);
    const socket = await send(Buffer.from(`${lines.join("\n")}\n`));
    await expect.poll(() => listener.stats().paused, { timeout: 10_000 }).toBe(1);
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          for (const text of await storedTexts(wal)) seen.add(text);
          await wal.checkpoint(wal.stats().lastSeq);
          return seen.size;
        },
        { timeout: 20_000 },
      )
      .toBe(lines.length);
    expect([...seen].sort()).toEqual([...lines].sort());
    expect(listener.stats().paused).toBe(0);
    socket.destroy();
  });

  it("counts a 64 MB line once, keeps its start, and reads the next line", async () => {
    const { wal, send, intake } = await openTcp({ limits: { maxMessageBytes: 1_000 } });
    await send(Buffer.concat([Buffer.alloc(64_000_000, "x"), Buffer.from("\n<13>next\n")]));
    await expect.poll(async () => (await storedTexts(wal)).length, { timeout: 20_000 }).toBe(2);
    expect(await storedTexts(wal)).toEqual(["x".repeat(1_000), "<13>next"]);
    expect(intake.snapshot().sources.flatMap(({ rejected }) => Object.entries(rejected))).toEqual([["cut", 1]]);
  });

  it("takes a message that never ends after a while, and counts it", async () => {
    const { wal, send, intake } = await openTcp({ limits: { unfinishedMs: 1 } });
    await send("<13>never ends");
    await expect.poll(async () => storedTexts(wal), { timeout: 5_000 }).toEqual(["<13>never ends"]);
    expect(intake.snapshot().sources.flatMap(({ rejected }) => Object.entries(rejected))).toEqual([
      ["unterminated", 1],
    ]);
  });

  it("bounds connections: 1,000 idle ones hold no one off, and the newest is served", async () => {
    const limits = { maxConnections: 200, evictAfterMs: 0 };
    const { wal, send, listener } = await openTcp({ limits });
    for (let i = 0; i < 1_000; i += 100) await Promise.all(Array.from({ length: 100 }, () => send("")));
    await send("<13>served\n");
    await expect.poll(async () => storedTexts(wal)).toEqual(["<13>served"]);
    await expect.poll(() => listener.stats()).toMatchObject({ connections: 200, refused: 0, closedIdle: 801 });
  });

  it("turns newcomers away when all places are taken by senders that do send", async () => {
    const { wal, send, listener } = await openTcp({ limits: { maxConnections: 2 } });
    await send("<13>a\n");
    await send("<13>b\n");
    await expect.poll(() => listener.stats().connections).toBe(2);
    const third = await send("<13>c\n");
    await once(third, "close");
    expect(listener.stats()).toMatchObject({ connections: 2, refused: 1 });
    await expect.poll(async () => (await storedTexts(wal)).sort()).toEqual(["<13>a", "<13>b"]);
  });

  it("stores what lies in its buffers before it stops", async () => {
    const { wal, send, listener } = await openTcp();
    await send("<13>first\n");
    await expect.poll(() => listener.stats().connections).toBe(1);
    await send("<13>last words\n");
    await expect.poll(() => listener.stats().connections).toBe(2);
    await listener.close();
    expect((await storedTexts(wal)).sort()).toEqual(["<13>first", "<13>last words"]);
  });
});

describe("Syslog over UDP", () => {
  it("stores one event per datagram, byte for byte, by source", async () => {
    const { wal, send, listener } = await openUdp();
    const messages = [
      Buffer.from("<13>Oct 11 22:14:15 web-01 a: one\nmore\0\n"),
      Buffer.from([0xff, 0x00, 0xfe]),
      Buffer.alloc(8_000, "x"),
    ];
    for (const message of messages) await send(message);
    await send("");
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(3);
    const records = await storedRecords(wal);
    expect(
      records
        .flatMap(({ frames }) => frames)
        .map((bytes) => bytes.length)
        .sort(),
    ).toEqual([3, 40, 8_000]);
    expect(records.map(({ transport, sourceId }) => `${transport} ${sourceId}`)).toContain("syslog-udp source_web-01");
    expect(await listener.stats()).toMatchObject({ received: 3, dropped: 0 });
  });

  it("takes the lines that Squid packs into one datagram one by one", async () => {
    const { wal, send, listener } = await openUdp();
    await send("1795428000.501 5 10.0.0.7 A\n1795428000.602 6 10.0.0.7 B\n");
    await expect
      .poll(async () => storedTexts(wal))
      .toEqual(["1795428000.501 5 10.0.0.7 A", "1795428000.602 6 10.0.0.7 B"]);
    expect(await listener.stats()).toMatchObject({ received: 1, dropped: 0 });
  });

  it("holds only so much while a sender's source is still being looked up", async () => {
    const lookup = Promise.withResolvers<{ sourceId: string; unitId: string; format: string }>();
    const { intake, wal } = await openTestIntake({ resolveSource: () => lookup.promise });
    const listener = await listenSyslogUdp({ ...HERE, intake, maxWaitingBytes: 50 });
    const client = createSocket("udp4");
    onTestFinished(async () => {
      client.close();
      await listener.close();
    });
    for (let i = 0; i < 5; i += 1) client.send(`<13>message ${i} ......`, listener.port, "127.0.0.1");
    await expect.poll(async () => listener.stats()).toMatchObject({ received: 5, dropped: 3 });
    lookup.resolve({ sourceId: "source_slow", unitId: "unit_1", format: "auto" });
    await expect.poll(async () => storedTexts(wal)).toHaveLength(2);
  });

  it("counts what it had to drop, because UDP cannot tell the sender", async () => {
    const { send, listener, intake } = await openUdp({ limits: { inFlightBytes: 10 } });
    await send("<13>there is no room for this");
    await expect.poll(async () => (await listener.stats()).dropped).toBe(1);
    expect(intake.snapshot().sources).toMatchObject([{ sourceId: "source_default", rejected: { over_limit: 1 } }]);
  });
});

it.each([
  ["its own network", ["127.0.0.0/8", "2001:db8::/32"], 1, 0],
  ["everybody", [], 1, 0],
  ["another network alone", ["192.0.2.0/24"], 0, 1],
])("Syslog over UDP that is open to %s takes or drops and counts", async (_, allow, stored, notAllowed) => {
  const { intake, wal } = await openTestIntake();
  const told: unknown[] = [];
  const onTurnedAway = (event: unknown) => void told.push(event);
  const listener = await listenSyslogUdp({ ...HERE, intake, allow, onTurnedAway });
  const client = createSocket("udp4");
  onTestFinished(() => void client.close());
  await new Promise<void>((resolve) => client.send("<13>x", listener.port, "127.0.0.1", () => resolve()));
  await expect.poll(async () => listener.notAllowed() + (await listener.stats()).received).toBe(1);
  expect(listener.notAllowed()).toBe(notAllowed);
  await listener.close();
  expect(await storedTexts(wal)).toHaveLength(stored);
  expect(told).toHaveLength(notAllowed);
});
