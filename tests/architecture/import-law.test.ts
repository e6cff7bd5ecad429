import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkImportLaw } from "./import-law.ts";

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "yagura-law-"));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function lay(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

const leaf = "export const value = 1;\n";

describe("The import law", () => {
  it("holds in this tree", async () => {
    expect(await checkImportLaw(["src", "web"], 100)).toEqual([]);
  });

  it.each([
    [
      "a room that imports from its right",
      "src/kernel/a.ts",
      "../platform/b.ts",
      "src/platform/b.ts",
      "kernel-imports-only-from-its-left",
    ],
    [
      "a type import from the right",
      "src/platform/a.ts",
      "../app/b.ts",
      "src/app/b.ts",
      "platform-imports-only-from-its-left",
    ],
    [
      "a slice that imports from its right",
      "src/monitor/parse/a.ts",
      "../detect/b.ts",
      "src/monitor/detect/b.ts",
      "parse-imports-only-from-its-left",
    ],
    ["detection that reads a file", "src/monitor/detect/a.ts", "node:fs", undefined, "detection-is-a-library"],
    [
      "a page that imports server code",
      "web/a.ts",
      "../src/kernel2/b.ts",
      "src/kernel2/b.ts",
      "web-imports-contracts-only",
    ],
  ])("catches %s", async (_, from, specifier, to, rule) => {
    lay({
      [from]: `import type { value } from "${specifier}";\nexport type T = typeof value;\n`,
      ...(to && { [to]: leaf }),
    });
    const roots = to?.startsWith("src") && from.startsWith("web") ? ["web", "src"] : ["src"];
    expect((await checkImportLaw(roots, 1, tree)).join("\n")).toContain(rule);
  });

  it("catches a cycle", async () => {
    lay({
      "src/kernel/a.ts": 'import { b } from "./b.ts";\nexport const a = (): number => b();\n',
      "src/kernel/b.ts": 'import { a } from "./a.ts";\nexport const b = (): number => a();\n',
    });
    expect((await checkImportLaw(["src"], 1, tree)).join("\n")).toContain("no-cycles");
  });

  it("does not pass when it sees no modules", async () => {
    lay({ "src/readme.txt": "" });
    expect((await checkImportLaw(["src"], 1, tree)).join("\n")).toContain("the check is blind");
  });
});
