import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { listenFlows } from "../../src/monitor/collect/index.ts";
import { openTestIntake, storedTexts } from "../../src/monitor/collect/testing/fixtures.ts";

const SOFTFLOWD = ["/usr/sbin/softflowd", "/sbin/softflowd"].find((path) => existsSync(path));
if (SOFTFLOWD === undefined) console.warn("softflowd is not installed: 3 interop tests are skipped");

const STARTED_SECONDS = Math.floor(Date.now() / 1000) - 60;
/** NetFlow v9 and IPFIX say in whole seconds when they were sent. */
const MAX_OFF_MS = 1_500;
const FLOWS = 20;

/** A capture of `FLOWS` UDP exchanges of two packets each, 250 ms apart, from 192.0.2.1 port 5000 + i to 198.51.100.2:53. */
function capture(): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const packets = Array.from({ length: FLOWS * 2 }, (_, i) => packet(5000 + (i >> 1), i % 2 === 0 ? 0 : 250_000));
  return Buffer.concat([head, ...packets]);
}

function packet(port: number, microseconds: number): Buffer {
  const bytes = Buffer.alloc(16 + 14 + 20 + 8 + 32);
  bytes.writeUInt32LE(STARTED_SECONDS, 0);
  bytes.writeUInt32LE(microseconds, 4);
  bytes.writeUInt32LE(bytes.length - 16, 8);
  bytes.writeUInt32LE(bytes.length - 16, 12);
  bytes.writeUInt16BE(0x0800, 28);
  bytes[30] = 0x45;
  bytes.writeUInt16BE(60, 32);
  bytes[38] = 64;
  bytes[39] = 17;
  bytes.set([192, 0, 2, 1, 198, 51, 100, 2], 42);
  bytes.writeUInt16BE(port, 50);
  bytes.writeUInt16BE(53, 52);
  bytes.writeUInt16BE(40, 54);
  return bytes;
}

describe.skipIf(SOFTFLOWD === undefined)("softflowd's flows arrive, every one of them, by", () => {
  it.each([
    ["NetFlow v5", "5", "netflow-v5"],
    ["NetFlow v9", "9", "netflow-v9"],
    ["IPFIX", "10", "ipfix"],
  ])("%s", async (_, version, protocol) => {
    const place = await mkdtemp(join(tmpdir(), "yagura-softflowd-"));
    onTestFinished(async () => rm(place, { recursive: true, force: true }));
    await writeFile(join(place, "flows.pcap"), capture());
    const { intake, wal } = await openTestIntake();
    const onBug = (error: unknown): never => {
      throw error;
    };
    const listener = await listenFlows({ intake, host: "127.0.0.1", port: 0, onBug });
    onTestFinished(async () => listener.close());
    const files = ["-r", join(place, "flows.pcap"), "-p", join(place, "pid"), "-c", "none"];
    const sender = spawn(SOFTFLOWD ?? "", [...files, "-d", "-v", version, "-n", `127.0.0.1:${listener.port}`], {
      stdio: "ignore",
    });
    await once(sender, "exit");
    await expect.poll(async () => (await storedTexts(wal)).length, { timeout: 10_000 }).toBe(FLOWS);
    const flows = (await storedTexts(wal)).map((line): Record<string, unknown> => JSON.parse(line));
    expect(new Set(flows.map((flow) => flow.sourceTransportPort)).size).toBe(FLOWS);
    for (const flow of flows) {
      expect(flow).toMatchObject({
        ...{ flowProtocol: protocol, sourceIPv4Address: "192.0.2.1", destinationIPv4Address: "198.51.100.2" },
        ...{ destinationTransportPort: 53, protocolIdentifier: 17, octetDeltaCount: 120, packetDeltaCount: 2 },
      });
      expect(Math.abs(Number(flow.flowStartMilliseconds) - STARTED_SECONDS * 1000)).toBeLessThanOrEqual(MAX_OFF_MS);
      expect(Number(flow.flowEndMilliseconds) - Number(flow.flowStartMilliseconds)).toBe(250);
    }
    expect(intake.snapshot().sources.flatMap(({ rejected }) => Object.keys(rejected))).toEqual([]);
  });
});
