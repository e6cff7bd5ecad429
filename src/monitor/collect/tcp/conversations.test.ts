import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { listenForward } from "../forward/forward.ts";
import { pack } from "../forward/msgpack.ts";
import { listenLumberjack } from "../lumberjack/lumberjack.ts";
import { listenRelp } from "../relp/relp.ts";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import { connectSender, HERE } from "../testing/tcp.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const relp = Buffer.from("1 open 15 commands=syslog\n2 syslog 7 <13>one\n3 syslog 7 <13>two\n4 close 0\n");

const json = hex(`324a0000000100000002${Buffer.from("{}").toString("hex")}`);
const inflated = deflateSync(Buffer.concat([json, json]));
const size = Buffer.alloc(4);
size.writeUInt32BE(inflated.length);
const lumberjack = Buffer.concat([hex("325700000003"), json, hex("3243"), size, inflated]);

const entry = Buffer.concat([hex("92d7006592008000000001"), hex("81"), pack("a"), hex("c3")]);
const option = pack({ chunk: "c" });
const forward = Buffer.concat([
  Buffer.concat([hex("93"), pack("app"), hex("91"), entry, option]),
  Buffer.concat([hex("93"), pack("app"), pack(gzipSync(Buffer.concat([entry, entry]))), option]),
]);

test.each([
  ["RELP", relp, listenRelp, 2],
  ["Lumberjack", lumberjack, listenLumberjack, 3],
  ["Forward", forward, listenForward, 3],
] as const)(
  "%s outlives whatever a sender changes in its bytes, and keeps nothing of it",
  async (_, sound, listen, events) => {
    const { intake, wal } = await openTestIntake();
    const listener = await listen({ ...HERE, intake });
    onTestFinished(() => listener.close());
    /** How many errors of the sender's the conversation counted. */
    const talk = async (bytes: Buffer): Promise<number> => {
      const before = listener.stats().protocolErrors;
      const sender = await connectSender(listener.port);
      sender.socket.end(bytes);
      await expect.poll(() => sender.isClosed(), { interval: 2, timeout: 5_000 }).toBe(true);
      await expect.poll(() => listener.stats().connections, { interval: 2 }).toBe(0);
      return listener.stats().protocolErrors - before;
    };
    expect(await talk(sound)).toBe(0);
    expect(await storedTexts(wal)).toHaveLength(events);
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = Buffer.from(sound);
      for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
      expect(await talk(bytes)).toBeLessThanOrEqual(1);
    });
    await fc.assert(property, { numRuns: 100 });
    expect(listener.stats()).toMatchObject({ connections: 0, heldBytes: 0, paused: 0 });
    expect(intake.budget.usedBytes()).toBe(0);
  },
  60_000,
);
