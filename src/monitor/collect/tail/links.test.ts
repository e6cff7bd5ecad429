import { lchown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { openRegular } from "./followed.ts";
import { areTrusted, fixedPart, wayTo } from "./links.ts";

const OWN = 1000;
const FILE_OWNER = 33;

describe("A symbolic link shows a file", () => {
  it.each([
    ["none at all", [], true],
    ["root's", [0], true],
    ["Yagura's own", [OWN], true],
    ["of the file's owner", [FILE_OWNER], true],
    ["somebody's", [44], false],
    ["root's that leads to somebody's", [0, 44], false],
  ])("when it is %s: %s", (_, owners, expected) => expect(areTrusted(owners, FILE_OWNER, OWN)).toBe(expected));
});

it.each([
  ["/var/log/app/*.log", "/var/log/app"],
  ["/var/log/*/current", "/var/log"],
  ["/var/**/*.log", "/var"],
  ["/var/log/app.log", "/var/log"],
])("Of %s, people who wrote it meant %s", (pattern, expected) => expect(fixedPart(pattern)).toBe(expected));

async function directory(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "yagura-links-")));
  onTestFinished(() => rm(root, { recursive: true }));
  return root;
}

test.skipIf(process.getuid === undefined)(
  "The way to a file names every link on it, below what is trusted only",
  async () => {
    const root = await directory();
    await mkdir(join(root, "real", "deep"), { recursive: true });
    await writeFile(join(root, "real", "deep", "a.log"), "a\n");
    await symlink(join(root, "real"), join(root, "one"));
    await symlink("../one/deep/a.log", join(root, "real", "b.log"));
    const end = join(root, "real", "deep", "a.log");
    const own = process.getuid?.();
    expect(await wayTo(join(root, "one", "b.log"), root)).toEqual({ end, owners: [own, own, own] });
    expect(await wayTo(join(root, "one", "deep", "a.log"), join(root, "one"))).toEqual({ end, owners: [] });
    await symlink("loop", join(root, "loop"));
    await expect(wayTo(join(root, "loop"), root)).rejects.toThrow(/too many/);
  },
);

test.skipIf(process.getuid?.() !== 0)(
  "A link of somebody to what is not theirs is not opened (seen as root only)",
  async () => {
    const root = await directory();
    await writeFile(join(root, "secret"), "secret\n");
    await symlink(join(root, "secret"), join(root, "x.log"));
    await lchown(join(root, "x.log"), 33, 33);
    await expect(openRegular(join(root, "x.log"), root)).rejects.toThrow(/symbolic link/);
    await lchown(join(root, "x.log"), 0, 0);
    const { handle } = await openRegular(join(root, "x.log"), root);
    await handle.close();
  },
);
