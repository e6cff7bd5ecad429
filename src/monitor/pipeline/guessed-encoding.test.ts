import { describe, expect, it, test } from "vitest";
import { decodeText } from "../../kernel/encoding/index.ts";
import { encodeText } from "../../kernel/encoding/testing.ts";
import { encodeFrames, encodeMeta } from "../collect/index.ts";
import { compileRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";
import { BatchProcessor, type LineEngines } from "./process-batch.ts";

const rules = compileRules(
  ["whoami", "mimikatz", "失敗"].map((word) => ({
    origin: `${word}.yml`,
    text: JSON.stringify({
      title: word,
      id: `about-${word}`,
      level: "low",
      logsource: { product: "linux" },
      detection: { keywords: [word], condition: "keywords" },
    }),
  })),
);
const parser = createParser();
const engines: LineEngines = {
  parse: (bytes, hints) => parser.parse(bytes, hints),
  match: (event) => rules.match(event).flatMap((index) => rules.rules[index]?.facts ?? []),
  exceptedBy: () => new Map(),
};

/** The rules that found something in one line; of a source that is pinned to an encoding, if one is given. */
function foundIn(raw: Buffer, encoding?: "shift_jis"): string[] {
  const meta = encodeMeta({
    ...{ sourceId: "s", unitId: "u", transport: "syslog-udp", peer: "192.0.2.1", format: "auto" },
    ...(encoding && { encoding }),
  });
  const record = { seq: 1, receivedAtMs: 0, meta, payload: encodeFrames([raw]) };
  const batch = { stream: 1, records: [record], alreadyStored: { events: [], detections: [] } };
  return new BatchProcessor()
    .process(batch, engines)
    .groups.map(({ rule }) => rule.id)
    .sort();
}

describe("Rules on a line whose encoding is guessed", () => {
  test.each([
    [
      "a byte that takes the next letter with it in Shift_JIS",
      Buffer.from("<38>Nov 20 09:00:01 web sh: GET /?q=x\x81whoami", "latin1"),
    ],
    [
      "a switch to the Japanese of ISO-2022-JP",
      Buffer.from("<38>Nov 20 09:00:01 web sh: \x1b$B$3$lmimikatz\x1b(B", "latin1"),
    ],
  ])("cannot be escaped with %s", (_, raw) => {
    const { text } = decodeText(raw);
    expect(text).not.toMatch(/whoami|mimikatz/);
    expect(foundIn(raw)).toHaveLength(1);
  });

  it("are asked once of each reading, and find what stands in either", () => {
    expect(foundIn(encodeText("<38>Nov 20 09:00:01 web sh: whoami に失敗しました", "shift_jis"))).toEqual([
      "about-whoami",
      "about-失敗",
    ]);
  });

  it("read a pinned source in its encoding alone", () => {
    expect(foundIn(Buffer.from("<38>Nov 20 09:00:01 web sh: GET /?q=x\x81whoami", "latin1"), "shift_jis")).toEqual([]);
    expect(foundIn(encodeText("<38>Nov 20 09:00:01 web sh: 失敗", "shift_jis"), "shift_jis")).toEqual(["about-失敗"]);
  });
});
