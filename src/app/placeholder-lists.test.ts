import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPlaceholderLists } from "./placeholder-lists.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "yagura-lists-"));
  writeFileSync(join(directory, "Administrators.txt"), "\ufeff# who may\r\nroot\r\n\r\n adm_* \r\nroot\r\n");
  writeFileSync(join(directory, "Servers.txt"), "srv-1\n");
  writeFileSync(join(directory, "notes.md"), "nothing\n");
  writeFileSync(join(directory, "huge.txt"), "x".repeat(2 << 20));
  writeFileSync(join(directory, "many.txt"), Array.from({ length: 10_001 }, (_, n) => `${n}`).join("\n"));
  mkdirSync(join(directory, "folder.txt"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("Lists for placeholders", () => {
  it("come from text files, one value a line, and from the settings, which come first", async () => {
    const { lists } = await readPlaceholderLists({ lists: [directory], placeholders: { Servers: ["a", "b"] } });
    expect(lists).toEqual({ Administrators: ["root", "adm_*"], Servers: ["a", "b"] });
  });

  it("that cannot be read are named, and stop no other", async () => {
    const { unreadable } = await readPlaceholderLists({ lists: [directory, "/nowhere"], placeholders: {} });
    expect(unreadable.map(({ origin }) => origin.replace(directory, ""))).toEqual([
      "/nowhere",
      "/huge.txt",
      "/many.txt",
    ]);
    expect(unreadable.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("no such file"),
      "larger than 1048576 bytes",
      "more than 10000 values",
    ]);
  });
});
