import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { answeredQuestions } from "../event/index.ts";
import { SAMPLES } from "./firewall/samples.ts";
import { FIXTURES } from "./fixtures.ts";
import type { Parsed } from "./reading.ts";
import { parseLine, shareByDataset } from "./testing.ts";

describe("Five of the six questions are answered", () => {
  const kinds = ["windows", "web", "proxy", "firewall", "dns", "auth"] as const;

  test.each(kinds)("on every fixture of kind %s", (kind) => {
    const weak = FIXTURES.filter((fixture) => fixture.kind === kind).filter(
      (fixture) => answeredQuestions(parseLine(fixture.line)) < 5,
    );
    expect(weak).toEqual([]);
  });

  test.each([...new Set(SAMPLES.map(({ format }) => format))])("on every sample of %s", (format) => {
    const weak = SAMPLES.filter((sample) => sample.format === format && answeredQuestions(parseLine(sample.line)) < 5);
    expect(weak.map(({ name }) => name)).toEqual([]);
  });

  it("and every fixture is read without a problem", () => {
    const problems = FIXTURES.map(({ line }) => parseLine(line).problem).filter((problem) => problem !== "");
    expect(problems).toEqual([]);
  });
});

const recordings = join(import.meta.dirname, "../../../../shared/data/windows");

function eventsOf(path: string): Parsed[] {
  const lines = gunzipSync(readFileSync(path)).toString("utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => parseLine(line));
}

describe.skipIf(!existsSync(recordings))("Recordings of real attacks", () => {
  const files = existsSync(recordings)
    ? readdirSync(recordings)
        .filter((name) => name.endsWith(".jsonl.gz"))
        .sort()
    : [];

  test.each(files)("%s is read without a problem, and 95 % of it answers five questions", (name) => {
    const events = eventsOf(join(recordings, name));
    expect(events.filter(({ problem }) => problem !== "").length).toBe(0);
    const shares = [...shareByDataset(events)].map(
      ([dataset, { events: count, atLeastFive }]) => `${dataset} ${atLeastFive}/${count}`,
    );
    console.log(`${name}: ${shares.join(", ")}`);
    const answered = events.filter((event) => answeredQuestions(event) >= 5).length;
    expect(answered / events.length).toBeGreaterThanOrEqual(0.95);
  });
});

const regression = join(import.meta.dirname, "../../../../shared/data/sigma/regression.jsonl.gz");

describe.skipIf(!existsSync(regression))("Events exported from EVTX", () => {
  it("are read without a problem, with the names that Sigma rules use", () => {
    const events = gunzipSync(readFileSync(regression))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => (JSON.parse(line) as { events: unknown[] }).events)
      .map((value) => parseLine(JSON.stringify(value)));
    expect(events.length).toBeGreaterThan(100);
    expect(events.filter(({ problem, logsource }) => problem !== "" || logsource.service === "")).toEqual([]);
    const unnamed = events.filter(
      ({ fields }) =>
        typeof fields.EventID !== "number" ||
        typeof fields.Channel !== "string" ||
        typeof fields.Provider_Name !== "string" ||
        typeof fields.Computer !== "string",
    );
    expect(unnamed).toEqual([]);
    expect(events.filter((event) => answeredQuestions(event) < 5).length / events.length).toBeLessThanOrEqual(0.05);
  });
});
