import { writeSync } from "node:fs";
import { openWal } from "../wal.ts";

/** A process to be killed: appends forever and prints each seq and its content's number once acknowledged. */
const [directory = "", round = "0"] = process.argv.slice(2);
const wal = await openWal({ directory, segmentBytes: 256 * 1024 });

async function appendForever(lane: number): Promise<never> {
  for (let i = 0; ; i += 1) {
    const name = `round ${round} lane ${lane} item ${i} `;
    const payload = Buffer.from(name.padEnd(200 + ((i * 7919) % 9000), "x"));
    const seq = await wal.append({ receivedAtMs: Date.now(), meta: Buffer.from("{}"), payload });
    writeSync(1, `${seq} ${name}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(appendForever));
