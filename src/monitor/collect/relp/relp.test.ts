import { describe, expect, it, onTestFinished, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { TcpLimits } from "../tcp/limits.ts";
import { openTestIntake, storedRecords, storedTexts, takeOut } from "../testing/fixtures.ts";
import { connectSender, HERE } from "../testing/tcp.ts";
import { listenRelp } from "./relp.ts";

const OPEN = "1 open 51 relp_version=0\nrelp_software=librelp\ncommands=syslog\n";
const sized = (txnr: number, text: string): string => `${txnr} syslog ${Buffer.byteLength(text)} ${text}\n`;

async function open({
  limits,
  ...options
}: Omit<NonNullable<Parameters<typeof openTestIntake>[0]>, "limits"> & { limits?: Partial<TcpLimits> } = {}) {
  const { intake, wal } = await openTestIntake(options);
  const told: unknown[] = [];
  const onTurnedAway = (event: unknown) => void told.push(event);
  const listener = await listenRelp({ ...HERE, intake, limits: { retryMs: 20, ...limits }, onTurnedAway });
  onTestFinished(() => listener.close());
  return { intake, wal, listener, told, sender: await connectSender(listener.port) };
}

describe("RELP", () => {
  it("answers a message when it is durable, in order, and ends when asked", async () => {
    const { wal, sender } = await open();
    sender.socket.write(OPEN.replace("51", String(OPEN.length - 11)));
    sender.socket.write(`${sized(2, "<13>Oct 11 22:14:15 web-01 a: one")}${sized(3, "<13>two\nlines")}4 close 0\n`);
    await expect.poll(() => sender.isClosed()).toBe(true);
    const [opening, ...rest] = sender
      .received()
      .toString()
      .split(/(?<=\n)(?=\d+ \w+ \d+)/);
    expect(opening).toMatch(/^1 rsp \d+ 200 OK\nrelp_version=0\n/);
    expect(rest).toEqual(["2 rsp 6 200 OK\n", "3 rsp 6 200 OK\n", "4 rsp 0\n", "0 serverclose 0\n"]);
    expect((await storedTexts(wal)).sort()).toEqual(["<13>Oct 11 22:14:15 web-01 a: one", "<13>two\nlines"]);
    expect((await storedRecords(wal)).map(({ transport }) => transport)).toContain("relp");
  });

  it("answers nothing while the log is full, and everything when there is room again", async () => {
    const { wal, sender } = await open({ maxBytes: 2 * 1024 * 1024 });
    sender.socket.write(OPEN.replace("51", String(OPEN.length - 11)));
    const texts = Array.from({ length: 4_000 }, (_, i) => `<13>${i} ${"x".repeat(990)}`);
    sender.socket.write(texts.map((text, i) => sized(i + 2, text)).join(""));
    const answers = () =>
      sender
        .received()
        .toString()
        .match(/^\d+ rsp 6 200 OK$/gm)?.length ?? 0;
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          const answered = answers();
          await takeOut(wal, seen);
          if (answered > seen.size) throw new Error("answered before it was durable");
          return answers();
        },
        { timeout: 20_000 },
      )
      .toBe(texts.length);
    await takeOut(wal, seen);
    expect([...seen].sort()).toEqual([...texts].sort());
  });

  it("says so when a sender's source is switched off", async () => {
    const { sender, intake } = await open({
      resolveSource: async () => {
        throw new AppError("forbidden", "switched off");
      },
    });
    sender.socket.write(OPEN.replace("51", String(OPEN.length - 11)) + sized(2, "<13>x"));
    await expect.poll(() => sender.received().toString()).toContain("2 rsp 39 500 ");
    expect(intake.snapshot().sources).toMatchObject([{ rejected: { unknown_source: 1 } }]);
  });

  const OPENED = OPEN.replace("51", String(OPEN.length - 11));
  test.each([
    ["is no RELP", "GET / HTTP/1.1\r\n\r\n"],
    ["has an endless header", "1".repeat(100)],
    ["comes before open", sized(1, "<13>x")],
    ["uses a transaction number twice", `${OPENED}${sized(2, "<13>a")}${sized(2, "<13>b")}`],
    ["is longer than its length", `${OPENED}2 syslog 3 <13>long\n`],
    ["announces data and has none", `${OPENED}2 syslog 5\n`],
    ["offers no syslog", "1 open 17 commands=starttls\n".replace("17", "17")],
  ])("ends with a sender whose frame %s, counts it and tells why", async (_, bytes) => {
    const { sender, listener, told } = await open();
    sender.socket.write(bytes);
    await expect.poll(() => sender.isClosed()).toBe(true);
    expect(listener.stats().protocolErrors).toBe(1);
    const detail = expect.stringContaining("RELP");
    expect(told).toEqual([{ peer: "127.0.0.1", reason: "protocol_error", detail }]);
  });

  it("cuts a message of 100 MB at the limit without holding it, and answers it", async () => {
    const { sender, wal, listener, intake } = await open();
    sender.socket.write(`${OPENED}2 syslog 100000000 `);
    sender.socket.write(Buffer.alloc(100_000_000, "x"));
    sender.socket.write(`\n${sized(3, "<13>next")}`);
    await expect.poll(() => sender.received().toString(), { timeout: 30_000 }).toContain("3 rsp 6 200 OK");
    expect((await storedTexts(wal)).map((text) => text.length)).toEqual([256 * 1024, 8]);
    expect(listener.stats().heldBytes).toBe(0);
    expect(intake.snapshot().sources.flatMap(({ rejected }) => Object.entries(rejected))).toEqual([["cut", 1]]);
  });

  it("ends with one that does not greet, and with one that stops inside a frame", async () => {
    const { sender, listener } = await open({ limits: { handshakeMs: 1, unfinishedMs: 1 } });
    await expect.poll(() => sender.isClosed(), { timeout: 5_000 }).toBe(true);
    const slow = await connectSender(listener.port);
    slow.socket.write(`${OPENED}2 syslog 100 <13>slow`);
    await expect.poll(() => slow.isClosed(), { timeout: 5_000 }).toBe(true);
    expect(listener.stats().closedUnfinished).toBe(2);
  });
});
