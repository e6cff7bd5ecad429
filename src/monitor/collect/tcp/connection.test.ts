import { describe, expect, it, onTestFinished } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { listenForward } from "../forward/forward.ts";
import { pack } from "../forward/msgpack.ts";
import { listenSyslogTcp } from "../syslog/tcp.ts";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import { connectSender, HERE } from "../testing/tcp.ts";

describe("A connection", () => {
  it("keeps its place while what it sent cannot be stored yet: to end it would free no memory", async () => {
    let isAway = true;
    let asked = 0;
    const { intake, wal } = await openTestIntake({
      resolveSource: async () => {
        asked += 1;
        if (isAway) throw new AppError("upstream", "The state engine is away.");
        return { sourceId: "source_1", unitId: "unit_1", format: "auto" };
      },
    });
    const limits = { maxConnections: 1, evictAfterMs: 1, retryMs: 20 };
    const listener = await listenSyslogTcp({ ...HERE, intake, limits });
    onTestFinished(() => listener.close());
    const sender = await connectSender(listener.port);
    sender.socket.write("<13>one\n");
    await expect.poll(() => asked).toBeGreaterThan(1);
    const next = await connectSender(listener.port);
    await expect.poll(() => next.isClosed()).toBe(true);
    expect(listener.stats()).toMatchObject({ connections: 1, refused: 1, closedIdle: 0 });
    isAway = false;
    await expect.poll(() => storedTexts(wal)).toEqual(["<13>one"]);
  });

  it("ends when its sender does not read our answers", async () => {
    const { intake } = await openTestIntake();
    const listener = await listenForward({ ...HERE, intake, limits: { unfinishedMs: 1 } });
    onTestFinished(() => listener.close());
    const sender = await connectSender(listener.port);
    sender.socket.pause();
    const chunk = Buffer.concat([Buffer.from([0x81]), pack("chunk"), pack("c".repeat(60_000))]);
    const message = Buffer.concat([Buffer.from([0x93]), pack("app"), Buffer.from([0x90]), chunk]);
    for (let i = 0; i < 500; i += 1) sender.socket.write(message);
    await expect
      .poll(() => listener.stats(), { timeout: 10_000 })
      .toMatchObject({ closedUnfinished: 1, connections: 0 });
  });
});
