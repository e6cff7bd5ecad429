import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openWal } from "../../../platform/wal/index.ts";
import { storedTexts } from "../testing/fixtures.ts";

const PROCESS = new URL("../testing/drop-process.ts", import.meta.url).pathname;
const LINES = 300_000;

it("kill -9 in the middle of a file, again and again, loses nothing and repeats nothing", async () => {
  const root = await mkdtemp(join(tmpdir(), "yagura-drop-kill-"));
  await mkdir(join(root, "in"));
  await mkdir(join(root, "wal"));
  const lines = Array.from({ length: LINES }, (_, index) => `line ${index} ${"x".repeat(60)}`);
  await writeFile(join(root, "in", "a.log"), `${lines.join("\n")}\n`);
  let child: ChildProcess | undefined;
  onTestFinished(async () => {
    child?.kill("SIGKILL");
    await rm(root, { recursive: true, force: true });
  });
  const walBytes = async (): Promise<number> => {
    let bytes = 0;
    // A file may be renamed between the two.
    for (const name of await readdir(join(root, "wal")))
      bytes += await stat(join(root, "wal", name)).then(
        ({ size }) => size,
        () => 0,
      );
    return bytes;
  };
  const moved = async (): Promise<boolean> => (await readdir(join(root, "in"))).join() === "done";
  let kills = 0;
  for (let goal = (await walBytes()) + 1; !(await moved()); ) {
    child = spawn(process.execPath, [PROCESS, root], { stdio: "inherit" });
    const wantsKill = kills < 4;
    while (!(await moved()) && !(wantsKill && (await walBytes()) >= goal)) await new Promise(setImmediate);
    if (!(await moved())) kills += 1;
    child.kill("SIGKILL");
    await once(child, "exit");
    goal = (await walBytes()) + 1;
  }
  expect(kills).toBeGreaterThan(0);
  const wal = await openWal({ directory: join(root, "wal") });
  const texts = await storedTexts(wal);
  await wal.close();
  expect(texts.length).toBe(LINES);
  expect(texts).toEqual(lines);
}, 240_000);
