import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { realDisk } from "../../src/platform/wal/disk.ts";
import { entryOf, flipBit, readAll, segmentFiles, textOf } from "../../src/platform/wal/testing/fixtures.ts";
import { debtsOf, lives } from "../../src/platform/wal/testing/power-loss.ts";
import { openWal } from "../../src/platform/wal/wal.ts";
import { type Fault, isOver, type Outcome, type Until } from "./fault.ts";

/** Power fails in the middle of any operation on the disk, and any part of what was not synced survives. */
export const powerLoss: Fault = {
  name: "power-loss",
  unit: "logs",
  small: undefined,
  full: 20_000,
  run: async (amount) => {
    const directory = await mkdtemp(join(tmpdir(), "yagura-power-"));
    const broken: string[] = [];
    let [failures, acknowledged] = [0, 0];
    try {
      for (const plan of fc.sample(lives, { numRuns: amount, seed: 20_261_127 })) {
        const outcome = await debtsOf(directory, plan);
        failures += plan.length;
        acknowledged += outcome.acknowledged;
        broken.push(...outcome.debts);
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    return {
      done: `power failed in the middle of any write, sync, rename or removal, up to five times in the life of each of ${amount.toLocaleString("en")} logs; of what was not synced any sectors and file names survived`,
      figures: { "power failures": failures, "acknowledged records": acknowledged, lost: broken.length },
      broken,
    };
  },
};

const RECORDS = 24;
const SEGMENT_BYTES = 600;

/** Each bit of each file of a log is flipped in turn: segment headers, record headers, checksums, meta and payload. */
export const bitFlips: Fault = {
  name: "bit-flips",
  unit: "bits, spread over all files",
  small: undefined,
  full: 100_000,
  run: async (amount) => {
    const directory = await mkdtemp(join(tmpdir(), "yagura-flips-"));
    const texts = Array.from({ length: RECORDS }, (_, i) => `record ${i} ${"·".repeat(i)}`);
    const broken: string[] = [];
    let flipped = 0;
    try {
      const wal = await openWal({ directory, segmentBytes: SEGMENT_BYTES });
      for (const text of texts) await wal.append(entryOf(text));
      await wal.close();
      const places = await bitsOf(directory);
      const step = Math.max(1, Math.ceil(places.length / amount));
      for (let at = 0; at < places.length; at += step) {
        const place = places[at];
        if (place === undefined) break;
        flipped += 1;
        broken.push(...(await flipAndRead(directory, place, texts)));
      }
      return {
        done: `${flipped === places.length ? "every bit" : `${flipped} of ${places.length} bits`} of the segments and of the identity file of a log was flipped in turn`,
        figures: {
          "bits flipped": flipped,
          files: (await segmentFiles(directory)).length + 1,
          undetected: broken.length,
        },
        broken,
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

type Bit = { readonly path: string; readonly offset: number; readonly bit: number };

async function bitsOf(directory: string): Promise<Bit[]> {
  const paths = [...(await segmentFiles(directory)), "identity"].map((name) => join(directory, name));
  const sizes = await Promise.all(paths.map(sizeOf));
  return paths.flatMap((path, at) =>
    Array.from({ length: (sizes[at] ?? 0) * 8 }, (_, n) => ({ path, offset: n >> 3, bit: n & 7 })),
  );
}

async function sizeOf(path: string): Promise<number> {
  const file = await realDisk.open(path, "r");
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** Flips, reads all, flips back. At most one record may be missing, that must be counted, and no other text may appear. */
async function flipAndRead(directory: string, { path, offset, bit }: Bit, texts: readonly string[]): Promise<string[]> {
  await flipBit(path, offset, bit);
  try {
    const wal = await openWal({ directory, segmentBytes: SEGMENT_BYTES }, readOnly);
    const found = (await readAll(wal)).map(textOf);
    const { count } = wal.stats().corruptRecords;
    await wal.close();
    const missing = texts.filter((text) => !found.includes(text)).length;
    const where = `bit ${bit} of byte ${offset} of ${path.slice(directory.length + 1)}`;
    return [
      ...(found.some((text) => !texts.includes(text)) ? [`${where} made another text of a record`] : []),
      ...(missing > 1 ? [`${where} cost ${missing} records`] : []),
      ...(missing === 1 && count === 0 ? [`${where} cost a record that was not counted`] : []),
    ];
  } finally {
    await flipBit(path, offset, bit);
  }
}

/** Recovery mends files; here each flip must find them as they were. */
const readOnly: typeof realDisk = {
  ...realDisk,
  open: async (path, flags) => ({
    ...view(await realDisk.open(flags === "r" || flags === "r+" ? path : "/dev/null", flags === "r" ? "r" : "r+")),
  }),
  rename: async () => undefined,
  remove: async () => undefined,
  syncDirectory: async () => undefined,
};

const view = (file: Awaited<ReturnType<typeof realDisk.open>>): Awaited<ReturnType<typeof realDisk.open>> => ({
  read: (buffer, offset, length, position) => file.read(buffer, offset, length, position),
  writev: async (buffers) => ({ bytesWritten: buffers.reduce((sum, { length }) => sum + length, 0) }),
  truncate: async () => undefined,
  datasync: async () => undefined,
  stat: () => file.stat(),
  close: () => file.close(),
});

const APPENDER = fileURLToPath(new URL("../../src/platform/wal/testing/appender.ts", import.meta.url));
const SMALL_SEGMENT = 8 * 1024;

/** Segments of a few records and a checkpoint after each few: nearly every moment is inside a roll, a checkpoint or a removal. */
export const logKills: Fault = {
  name: "kill-in-roll",
  unit: "rounds",
  small: 5,
  full: 100,
  run: async (amount, until) => {
    const directory = await mkdtemp(join(tmpdir(), "yagura-rolls-"));
    try {
      return await killRounds(directory, amount, until);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function killRounds(directory: string, amount: number, until: Until): Promise<Outcome> {
  const acknowledged = new Map<number, string>();
  const broken: string[] = [];
  let [round, records] = [0, 0];
  for (; round < amount && !isOver(until); round += 1) {
    const printed = await appendUntilKilled(directory, round);
    for (const [seq, name] of printed.acknowledged) {
      if (acknowledged.has(seq)) broken.push(`seq ${seq} was given twice`);
      acknowledged.set(seq, name);
    }
    const wal = await openWal({ directory, segmentBytes: SMALL_SEGMENT });
    const { checkpointSeq, corruptRecords } = wal.stats();
    const found = await readAll(wal, checkpointSeq + 1);
    records += printed.acknowledged.size;
    const bySeq = new Map(found.map((record) => [record.seq, textOf(record)]));
    if (bySeq.size !== found.length) broken.push(`round ${round}: a record was read twice`);
    if (corruptRecords.count > 0) broken.push(`round ${round}: ${corruptRecords.count} damaged records`);
    if (checkpointSeq < printed.checkpoint) broken.push(`round ${round}: the checkpoint went back`);
    for (const [seq, name] of acknowledged)
      if (seq > checkpointSeq && bySeq.get(seq)?.startsWith(name) !== true) broken.push(`record ${seq} is lost`);
    await wal.close();
  }
  return {
    done: `a process with segments of ${SMALL_SEGMENT / 1024} KiB and a checkpoint every few records was killed with -9 at random moments, ${round} times`,
    figures: { rounds: round, "acknowledged records": records, lost: broken.length },
    broken,
  };
}

const MAX_WORDS = 200;
const MAX_LATER_MS = 20;

/** What the process had said when it was killed: a random moment after a random number of its words. */
async function appendUntilKilled(directory: string, round: number) {
  const args = [APPENDER, directory, String(round), String(SMALL_SEGMENT)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let [text, wordsLeft] = ["", Math.random() * MAX_WORDS];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    wordsLeft -= chunk.split("\n").length - 1;
    if (wordsLeft <= 0) setTimeout(() => child.kill("SIGKILL"), Math.random() * MAX_LATER_MS);
  });
  await once(child, "close");
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  const words = lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
  const checkpoints = words.flatMap(([first, rest]) => (first === "checkpoint" ? [Number(rest)] : []));
  return {
    acknowledged: new Map(words.flatMap(([first, rest]) => (/^\d+$/.test(first) ? [[Number(first), rest]] : []))),
    checkpoint: Math.max(0, ...checkpoints),
  };
}
