import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleText } from "../testing/rules.ts";
import { readPath } from "./directory.ts";

describe("A folder of rules", () => {
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "yagura-folder-"));
    await mkdir(join(place, ".git"));
    await writeFile(join(place, ".git", "hidden.yml"), ruleText(2));
    await writeFile(join(place, "one.yml"), ruleText(1));
    await symlink("/etc/passwd", join(place, "link.yml"));
    await symlink("/etc/passwd", join(place, "README.md"));
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it("gives its files without hidden folders, and names the links that it leaves out", async () => {
    const { kind, files, leftOut } = await readPath(place, "");
    expect(kind).toBe("directory");
    expect(files.map(({ path }) => path)).toEqual(["one.yml"]);
    expect(leftOut).toEqual([{ path: "link.yml", reason: "the entry is a symbolic link" }]);
  });
});
