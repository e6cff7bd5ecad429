import { describe, expect, it, test } from "vitest";
import { PackRequest } from "./obey-packs.ts";
import { packsText, versionsText } from "./pack-text.ts";

const version = {
  version: 2,
  at: "2026-11-22T12:00:00.000Z",
  by: { id: "p", name: "Taro\u001b[2J" },
  comment: "new\nline \u001b]0;owned\u0007",
  source: { kind: "git" as const, from: "https://git.example.jp/\u001b[31mx" },
  contentHash: "a".repeat(64),
  counts: { files: 1, bytes: 1, rules: 1, correlations: 0, filters: 0, rejected: 0, leftOut: 0, licenses: 0 },
};
const row = {
  name: "soc",
  isEnabled: false,
  current: version,
  lastVersion: 2,
  changed: { at: version.at, by: version.by, reason: "" },
};

describe("What the command line says of packs", () => {
  it("holds nothing that a terminal obeys", () => {
    const text = packsText([row]) + versionsText({ ...row, versions: [version], licenses: [] });
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text.split("\n")).toHaveLength(5);
  });

  it("says of a pack that is off that its version is not in force", () => {
    const text = versionsText({ ...row, versions: [version], licenses: [] });
    expect(text).toContain("version 2 is chosen; the pack is off");
  });
});

describe("What the command line may ask", () => {
  const ask = {
    verb: "import-pack",
    kind: "path",
    from: "/srv/rules",
    ref: "",
    folder: "",
    comment: "",
    isPreview: true,
  };
  it("is what the web may ask", () => expect(PackRequest.safeParse(ask).success).toBe(true));
  test.each([
    ["a NUL in a path", { ...ask, from: "/srv/\0" }],
    ["a NUL in a folder", { ...ask, folder: "a\0" }],
    ["a name that is none", { verb: "list-packs", name: "../x" }],
    ["a version that no column holds", { verb: "rollback-pack", name: "soc", version: 1e15, reason: "x" }],
    ["no reason", { verb: "remove-pack", name: "soc", reason: " " }],
  ])("is not %s", (_, request) => expect(PackRequest.safeParse(request).success).toBe(false));
});
