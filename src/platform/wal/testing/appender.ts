import { writeSync } from "node:fs";
import { openWal } from "../wal.ts";

/**
 * A process to be killed: appends forever and prints each seq and its content's number once acknowledged. With a segment size of its
 * own it also moves the checkpoint along, a few records behind, and prints how far.
 */
const [directory = "", round = "0", segmentBytes] = process.argv.slice(2);
const CHECKPOINT_BEHIND = 40;
const wal = await openWal({ directory, segmentBytes: Number(segmentBytes ?? 256 * 1024) });

async function appendForever(lane: number): Promise<never> {
  for (let i = 0; ; i += 1) {
    const name = `round ${round} lane ${lane} item ${i} `;
    const payload = Buffer.from(name.padEnd(200 + ((i * 7919) % 9000), "x"));
    const seq = await wal.append({ receivedAtMs: Date.now(), meta: Buffer.from("{}"), payload });
    writeSync(1, `${seq} ${name}\n`);
    if (segmentBytes !== undefined && i % 5 === 0) await checkpoint(seq - CHECKPOINT_BEHIND);
  }
}

async function checkpoint(seq: number): Promise<void> {
  if (seq <= 0) return;
  await wal.checkpoint(seq);
  writeSync(1, `checkpoint ${seq}\n`);
}

await Promise.all([0, 1, 2, 3].map(appendForever));
