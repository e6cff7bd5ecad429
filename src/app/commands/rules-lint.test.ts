import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lintRulesCommand } from "./rules-lint.ts";

const rule = (n: number, field = "Image|endswith"): string => `title: Rule ${n}
id: 00000000-0000-4000-8000-00000000000${n}
description: One.
logsource:
    product: windows
detection:
    selection:
        ${field}: a.exe
    condition: selection
level: low
`;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "yagura-lint-"));
  await mkdir(join(place, "deep"));
  await writeFile(join(place, "good.yml"), rule(1));
  await writeFile(join(place, "deep", "broken.yml"), rule(2, "Image|nosuch"));
  await writeFile(join(place, "twin.yml"), rule(1));
});
afterAll(() => rm(place, { recursive: true, force: true }));

async function lint(format: "text" | "json", ...names: string[]): Promise<{ code: number; lines: string[] }> {
  let text = "";
  const out = { write: (part: string) => (text += part) };
  const code = await lintRulesCommand(
    names.map((name) => join(place, name)),
    { format },
    out,
  );
  return {
    code,
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => line.replaceAll(`${place}/`, "")),
  };
}

describe("yagura rules lint", () => {
  it("says nothing of a good file but its count, and succeeds", async () => {
    expect(await lint("text", "good.yml")).toEqual({ code: 0, lines: ["1 file, 0 errors, 0 warnings, 0 unreadable"] });
  });

  it("gives file, line, column and reason of folders too, and fails", async () => {
    const { code, lines } = await lint("text", ".");
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^deep\/broken\.yml:8:9: error: .*nosuch.* \(broken\)$/);
    expect(lines[1]).toMatch(/^twin\.yml:2:1: warning: .*good\.yml.* \(duplicate-id\)$/);
  });

  it("says what is odd about a Sigma filter beside the rules that it names", async () => {
    const filter = `title: Known harmless
id: 00000000-0000-4000-8000-0000000000ff
description: One.
logsource:
    product: windows
filter:
    rules:
        - 00000000-0000-4000-8000-000000000001
        - gone
    selection:
        User: admin
    condition: not selection
`;
    await mkdir(join(place, "filters"));
    await writeFile(join(place, "filters", "rule.yml"), rule(1));
    await writeFile(join(place, "filters", "filter.yml"), filter);
    expect(await lint("text", "filters")).toEqual({
      code: 0,
      lines: [
        "filters/filter.yml:6:1: warning: the filter names rules that are not there: gone (filter-unknown-rules)",
        "2 files, 0 errors, 1 warning, 0 unreadable",
      ],
    });
    await rm(join(place, "filters"), { recursive: true });
  });

  it("speaks JSON, and exits with 2 for what cannot be read", async () => {
    const { code, lines } = await lint("json", "deep", "no-such-place");
    expect(code).toBe(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { file: "deep/broken.yml", line: 8, column: 9, severity: "error", code: "broken" },
      { file: "no-such-place", code: "unreadable" },
    ]);
  });
});
