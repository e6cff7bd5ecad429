import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { listenFlows } from "../../src/monitor/collect/index.ts";
import { openTestIntake, storedTexts } from "../../src/monitor/collect/testing/fixtures.ts";
import { capture, FLOWS, SOFTFLOWD, STARTED_SECONDS } from "./senders/flows.ts";

if (SOFTFLOWD === undefined) console.warn("softflowd is not installed: 3 interop tests are skipped");

/** NetFlow v9 and IPFIX say in whole seconds when they were sent. */
const MAX_OFF_MS = 1_500;

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
