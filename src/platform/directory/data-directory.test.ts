import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { controlSocketOf } from "./lock.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-directory-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const holder = `
  const { openDataDirectory } = await import(${JSON.stringify(new URL("./data-directory.ts", import.meta.url).href)});
  await openDataDirectory(process.argv[1]);
  console.log("held");
  setInterval(() => {}, 1000);
`;

async function holdElsewhere(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

describe("A data directory", () => {
  it("keeps its identity from one start to the next", async () => {
    const first = await openDataDirectory(directory);
    await first.release();
    const second = await openDataDirectory(directory);
    expect([first.isNew, second.isNew, second.id]).toEqual([true, false, first.id]);
    await second.release();
  });

  it("is refused while another process holds it, and free again after that process is killed", async () => {
    const child = await holdElsewhere();
    await expect(openDataDirectory(directory)).rejects.toThrow("in use by another Yagura");
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await openDataDirectory(directory)).release();
  });

  it.each([
    ["a newer version", JSON.stringify({ product: "yagura", version: 99, id: "x", createdAt: "x" }), "newer Yagura"],
    ["another product", JSON.stringify({ product: "other" }), "not Yagura's"],
    ["a torn marker", '{"product":', "not Yagura's"],
  ])("written by %s is refused with what to do", async (_, text, message) => {
    await writeFile(join(directory, "yagura.json"), text);
    await expect(openDataDirectory(directory)).rejects.toThrow(message);
  });

  it("with somebody else's files is left alone", async () => {
    await writeFile(join(directory, "thesis.docx"), "");
    await expect(openDataDirectory(directory)).rejects.toThrow("holds other files (thesis.docx)");
  });
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("Who else may look into a data directory", () => {
  it("nobody, even when it was open to others before", async () => {
    await chmod(directory, 0o755);
    await (await openDataDirectory(directory)).release();
    expect(await modeOf(directory)).toBe(0o700);
  });

  it("is left as it is in a directory that is not Yagura's", async () => {
    await chmod(directory, 0o755);
    await writeFile(join(directory, "thesis.docx"), "");
    await expect(openDataDirectory(directory)).rejects.toThrow("holds other files");
    expect(await modeOf(directory)).toBe(0o755);
  });

  it("is refused when it belongs to another user", async () => {
    await chmod(directory, 0o755);
    const getuid = vi.spyOn(process, "getuid").mockReturnValue(4_242);
    await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: "forbidden" });
    getuid.mockRestore();
  });
});

describe("The sockets of a directory with a long path", () => {
  const long = () => join(directory, "x".repeat(120));
  let temporary: string;
  beforeEach(() => {
    temporary = join(directory, "t");
    vi.stubEnv("TMPDIR", temporary);
  });
  afterEach(() => vi.unstubAllEnvs());
  const sockets = () => join(temporary, `yagura-${process.getuid?.()}`);

  it("stand in a directory of this user alone, which still locks", async () => {
    await mkdir(sockets(), { recursive: true });
    await chmod(sockets(), 0o777);
    const held = await openDataDirectory(long());
    expect(held.controlSocket.startsWith(`${sockets()}/`)).toBe(true);
    expect(await modeOf(sockets())).toBe(0o700);
    await expect(openDataDirectory(long())).rejects.toThrow("in use by another Yagura");
    await held.release();
  });

  it("are refused where somebody else's directory or a link stands", async () => {
    await mkdir(temporary);
    await symlink(directory, sockets());
    expect((await lstat(sockets())).isSymbolicLink()).toBe(true);
    expect(() => controlSocketOf(long())).toThrow("is not this user's");
    await rm(sockets());
    await mkdir(sockets());
    const getuid = vi.spyOn(process, "getuid").mockReturnValue(4_242);
    await mkdir(join(temporary, "yagura-4242"));
    expect(() => controlSocketOf(long())).toThrow("is not this user's");
    getuid.mockRestore();
  });
});
