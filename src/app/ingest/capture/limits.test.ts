import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { SCRIPT } from "./tshark.ts";

it("What reads a stranger's capture has an end of memory and of time, whatever shell the machine has", async () => {
  const folder = await mkdtemp(join(tmpdir(), "yagura-limits-"));
  const program = join(folder, "tells-its-limits");
  await writeFile(program, "#!/bin/sh\nulimit -v\nulimit -t\n");
  await chmod(program, 0o755);
  const running = promisify(execFile)("/bin/sh", ["-c", SCRIPT, program]);
  running.child.stdin?.end();
  const { stdout } = await running;
  expect(stdout.trim().split("\n").map(Number)).toEqual([3 * 1024 * 1024, 900]);
  await rm(folder, { recursive: true });
});
