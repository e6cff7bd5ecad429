import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, until } from "../../support/yagura-process.ts";
import { programAt, run, type Yard } from "./yard.ts";

export const SOFTFLOWD = programAt("/usr/sbin/softflowd", "/sbin/softflowd");
export const NFREPLAY = programAt("/usr/bin/nfcapd") && programAt("/usr/bin/nfreplay");

export const STARTED_SECONDS = Math.floor(Date.now() / 1000) - 60;
export const FLOWS = 20;

/** A capture of `FLOWS` UDP exchanges of two packets each, 250 ms apart, from 192.0.2.1 port 5000 + i to 198.51.100.2:53. */
export function capture(): Buffer {
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

/** softflowd's flows are recorded by nfcapd, as at many sites, and replayed from there to Yagura as NetFlow v9. */
export async function replayFlows(yard: Yard): Promise<string> {
  const folder = await yard.folder("flows");
  const port = await freePort();
  const records = join(folder, "records");
  await mkdir(records);
  await writeFile(join(folder, "flows.pcap"), capture());
  const nfcapd = yard.start("/usr/bin/nfcapd", ["-w", records, "-b", "127.0.0.1", "-p", String(port)]);
  await recording(nfcapd);
  const files = ["-r", join(folder, "flows.pcap"), "-p", join(folder, "pid"), "-c", "none"];
  // By v5: of softflowd's v9, nfcapd 1.7.1 dates flows that are older than softflowd 49.7 days into the future.
  await run(SOFTFLOWD ?? "", [...files, "-d", "-v", "5", "-n", `127.0.0.1:${port}`]);
  await sleep(500);
  await yard.stop(nfcapd);
  const file = await until("a file of flows", async () =>
    (await readdir(records)).find((name) => /\.\d{12}$/.test(name)),
  );
  const sender = ["-H", "127.0.0.1", "-p", String(yard.ports.flows), "-v", "9"];
  return run(NFREPLAY ?? "", ["-r", join(records, file), ...sender]);
}

/** nfcapd says so when it listens. */
async function recording(nfcapd: ChildProcess): Promise<void> {
  let said = "";
  nfcapd.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  nfcapd.stdout?.on("data", (chunk: Buffer) => (said += chunk));
  await until("nfcapd to listen", async () => said.includes("Startup") || nfcapd.exitCode !== null);
  if (nfcapd.exitCode !== null) await once(nfcapd, "exit");
}
