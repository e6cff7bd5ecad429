import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import {
  copyDirectory,
  entryOf,
  faultyDisk,
  readAll,
  segmentFiles,
  systemError,
  textOf,
  withDirectory,
} from "./testing/fixtures.ts";
import { openWal } from "./wal.ts";

const APPENDER = fileURLToPath(new URL("./testing/appender.ts", import.meta.url));

/** Runs the appender, kills it after so many acknowledgements, and returns what it had printed. */
async function runAndKill(directory: string, round: number, afterLines: number): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [APPENDER, directory, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  let lines = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    lines += chunk.split("\n").length - 1;
    if (lines >= afterLines) child.kill("SIGKILL");
  });
  await once(child, "close");
  const complete = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return new Map(complete.map((line) => [Number(line.split(" ", 1)[0]), line.slice(line.indexOf(" ") + 1)]));
}

describe("A process killed while it appends", () => {
  it("loses nothing that it acknowledged, round after round, and repeats nothing", () =>
    withDirectory(async (directory) => {
      const acknowledged = new Map<number, string>();
      for (let round = 0; round < 6; round += 1) {
        for (const [seq, name] of await runAndKill(directory, round, 40 + round * 57)) {
          expect(acknowledged.has(seq)).toBe(false);
          acknowledged.set(seq, name);
        }
        const wal = await openWal({ directory, segmentBytes: 256 * 1024 });
        const records = await readAll(wal);
        const bySeq = new Map(records.map((record) => [record.seq, textOf(record)]));
        expect(bySeq.size).toBe(records.length);
        for (const [seq, name] of acknowledged) expect(bySeq.get(seq)?.startsWith(name)).toBe(true);
        expect(wal.stats().corruptRecords.count).toBe(0);
        await wal.close();
      }
      expect(acknowledged.size).toBeGreaterThan(1000);
    }));
});

describe("Power loss", () => {
  it("that keeps only what was synced keeps everything acknowledged", () =>
    withDirectory(async (root) => {
      const directory = join(root, "live");
      const synced = new Map<string, number>();
      let sizes = new Map<string, number>();
      let snapshot: string | undefined;
      const disk = faultyDisk({
        beforeSync: async (path) => {
          if (snapshot === undefined || !path.endsWith(".wal")) return;
          await copyDirectory(directory, snapshot);
          sizes = new Map(synced);
        },
        afterSync: (path, size) => void synced.set(path, size),
      });
      const wal = await openWal({ directory, segmentBytes: 8000 }, disk);
      const acknowledged: string[] = [];
      for (let burst = 0; burst < 12; burst += 1) {
        const items = Array.from({ length: 5 }, (_, i) => `burst ${burst} item ${i} ${"x".repeat(burst * 97)}`);
        await Promise.all(items.map((item) => wal.append(entryOf(item))));
        acknowledged.push(...items);
        // The power fails after the next write and before its sync: what was not synced is gone.
        snapshot = join(root, `loss-${burst}`);
        await wal.append(entryOf("in flight"));
        let lostBytes = 0;
        for (const name of await segmentFiles(snapshot)) {
          const path = join(snapshot, name);
          const size = sizes.get(join(directory, name)) ?? 0;
          lostBytes += (await stat(path)).size - size;
          await truncate(path, size);
        }
        expect(lostBytes).toBeGreaterThan(0);
        const revived = await openWal({ directory: snapshot });
        expect((await readAll(revived)).map(textOf)).toEqual(acknowledged);
        expect(revived.stats().corruptRecords.count).toBe(0);
        await revived.close();
        snapshot = undefined;
        acknowledged.push("in flight");
      }
      await wal.close();
    }));
});

describe("A log's own directory", () => {
  it("is durable before anything in it is acknowledged, with every directory that was made for it", () =>
    withDirectory(async (root) => {
      const synced: string[] = [];
      const syncDirectory = async (directory: string): Promise<void> => void synced.push(directory);
      const directory = join(root, "data", "wal");
      await (await openWal({ directory }, { ...faultyDisk({}), syncDirectory })).close();
      expect(synced.slice(0, 2)).toEqual([join(root, "data"), root]);
    }));
});

describe("A disk that fails", () => {
  const append = (wal: Awaited<ReturnType<typeof openWal>>, text: string): Promise<string> =>
    wal.append(entryOf(text)).then(
      (seq) => `stored as ${seq}`,
      (error: unknown) => (error instanceof AppError ? `${error.code} ${String(error.detail.code)}` : String(error)),
    );

  it.each([
    ["has no room left in the middle of a write", "ENOSPC", "write"],
    ["refuses a write", "EIO", "write"],
    ["fails to sync", "EIO", "sync"],
  ])("and %s refuses those appends, keeps the rest, and works again afterwards", (_title, code, where) =>
    withDirectory(async (directory) => {
      let isBroken = false;
      let isHalf = true;
      const disk = faultyDisk({
        beforeWrite: (path, _position, bytes) => {
          if (!isBroken || where !== "write" || !path.endsWith(".wal")) return undefined;
          isHalf = !isHalf;
          if (isHalf) throw systemError(code);
          return Math.ceil(bytes / 2);
        },
        beforeSync: (path) => {
          if (isBroken && where === "sync" && path.endsWith(".wal")) throw systemError(code);
        },
      });
      const wal = await openWal({ directory }, disk);
      expect(await append(wal, "first")).toBe("stored as 1");
      isBroken = true;
      isHalf = true;
      const refused = await Promise.all(["a", "b", "c"].map((text) => append(wal, text)));
      expect(refused).toEqual([`unavailable ${code}`, `unavailable ${code}`, `unavailable ${code}`]);
      expect(await append(wal, "d")).toBe(`unavailable ${code}`);
      expect((await readAll(wal)).map(textOf)).toEqual(["first"]);
      expect(wal.stats()).toMatchObject({ pendingBytes: 0, pendingRecords: 0, lastSeq: 1 });
      isBroken = false;
      expect(await append(wal, "second")).toMatch(/^stored as \d+$/);
      expect((await readAll(wal)).map(textOf)).toEqual(["first", "second"]);
      await wal.close();
      const again = await openWal({ directory });
      expect((await readAll(again)).map(textOf)).toEqual(["first", "second"]);
      expect(again.stats()).toMatchObject({ corruptRecords: { count: 0 }, gaps: 0 });
      await again.close();
    }),
  );

  it("and cannot even be cut back leaves that file alone and goes on in a new one", () =>
    withDirectory(async (directory) => {
      let isBroken = false;
      const disk = faultyDisk({
        beforeWrite: (_path, position, bytes) => {
          if (!isBroken) return undefined;
          if (bytes > 60 && position > 0) return 50;
          throw systemError("EIO");
        },
        beforeTruncate: () => {
          throw systemError("EIO");
        },
      });
      const wal = await openWal({ directory }, disk);
      await append(wal, "first");
      isBroken = true;
      expect(await append(wal, "x".repeat(100))).toBe("unavailable EIO");
      isBroken = false;
      expect(await append(wal, "second")).toMatch(/^stored/);
      expect((await readAll(wal)).map(textOf)).toEqual(["first", "second"]);
      await wal.close();
      const again = await openWal({ directory });
      expect((await readAll(again)).map(textOf)).toEqual(["first", "second"]);
      await again.close();
    }));
});
