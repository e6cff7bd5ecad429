import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataDirectory } from "./data-directory.ts";

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
