import { join } from "node:path";
import { openWal } from "../../../platform/wal/index.ts";
import { createCounters } from "../counters.ts";
import { openDropFolders } from "../drop/drop.ts";
import { createIntake } from "../intake.ts";
import type { OpenFile } from "../lines/receive-file.ts";

/** A process to be killed: takes what lies in `ROOT/in` into the log in `ROOT/wal`, and moves it to `ROOT/in/done`. */
const [root = ""] = process.argv.slice(2);
const wal = await openWal({ directory: join(root, "wal") });
const resolveSource = async () => ({ sourceId: "source_1", unitId: "unit_1", format: "auto" });
const openFile: OpenFile = async function* (bytes) {
  yield { kind: "lines", bytes, encoding: undefined };
};
const place = { kind: "directory" as const, directory: join(root, "in"), settleSeconds: 0 };
await openDropFolders({
  intake: createIntake({ wal, resolveSource, counters: createCounters(), now: Date.now }),
  places: [{ name: "Drop", after: { moveTo: "done" }, pollSeconds: 0.05, place }],
  ...{ newOpener: () => openFile, log: wal, directory: join(root, "drop"), now: Date.now },
  warn: (facts, message) => console.error(message, facts),
  onBug: (error) => console.error(error),
});
