import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharedData } from "../../../tests/support/shared-data.ts";
import { extractTarGz } from "../../../tests/support/tar.ts";
import { compileRules } from "../../monitor/detect/index.ts";
import { createParser } from "../../monitor/parse/index.ts";
import { readRuleFiles } from "../rules-on-disk.ts";
import { EXIT_OK, runHunt } from "./run.ts";

const ARCHIVE = sharedData("sigma/rules.tar.gz");
const CASES = sharedData("sigma/regression.jsonl.gz");
const CASE_FILES = sharedData("sigma/regression-evtx.tar.gz");
const RECORDINGS = sharedData("windows");
const isMissing = [ARCHIVE, CASES, CASE_FILES, RECORDINGS].includes(undefined);

const NOW_MS = Date.UTC(2026, 10, 23);
const rules = mkdtempSync(join(tmpdir(), "yagura-hunt-sigma-"));
beforeAll(async () => {
  if (ARCHIVE !== undefined) await extractTarGz(ARCHIVE, rules);
});
afterAll(() => rmSync(rules, { recursive: true, force: true }));

type Hit = { readonly file: string; readonly record: number; readonly rule_id: string };

async function hunt(...paths: string[]): Promise<{ code: number; hits: readonly Hit[]; err: string }> {
  const [out, err] = [new Text(), new Text()];
  const options = { paths, rules: [rules], format: "jsonl" as const, nowMs: NOW_MS, workers: 1 };
  const io = { stdin: Readable.from([]), stdout: out, stderr: err, isColored: false };
  const code = await runHunt(options, io);
  const lines = out.text.split("\n").slice(0, -1);
  return { code, hits: lines.map((line) => JSON.parse(line)), err: err.text };
}

class Text extends Writable {
  text = "";
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const linesOf = (bytes: Buffer): readonly string[] =>
  gunzipSync(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");

describe.skipIf(isMissing)("With all rules of SigmaHQ", () => {
  it("a hunt hits what the server's parser and matcher hit, event for event, on every recording", {
    timeout: 600_000,
  }, async () => {
    const names = (await readdir(RECORDINGS ?? "")).filter((name) => name.endsWith(".jsonl.gz"));
    const { code, hits } = await hunt(...names.map((name) => join(RECORDINGS ?? "", name)));
    expect(code).toBe(EXIT_OK);
    const found = new Map<string, string[]>();
    for (const { file, record, rule_id } of hits) {
      const key = `${file}:${record}`;
      found.set(key, [...(found.get(key) ?? []), rule_id]);
    }
    const matcher = compileRules((await readRuleFiles([rules], false)).rules);
    const parser = createParser();
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: NOW_MS };
    let events = 0;
    const differing: string[] = [];
    for (const name of names) {
      const path = join(RECORDINGS ?? "", name);
      for (const [index, line] of linesOf(await readFile(path)).entries()) {
        events += 1;
        const wanted = matcher
          .match(parser.parse(Buffer.from(line), hints))
          .map((rule) => matcher.rules[rule]?.facts.id);
        const key = `${path}:${index + 1}`;
        if (wanted.join() !== (found.get(key) ?? []).join()) differing.push(key);
        found.delete(key);
      }
    }
    console.info(`${events} events, ${hits.length} hits, ${differing.length} that differ`);
    expect(differing).toEqual([]);
    expect([...found.keys()]).toEqual([]);
  });

  it("fires on the event logs that SigmaHQ recorded for its rules", { timeout: 120_000 }, async () => {
    const { code, hits, err } = await hunt(CASE_FILES ?? "");
    expect({ code, err }).toEqual({ code: EXIT_OK, err: "" });
    const fired = new Set(hits.map(({ file, rule_id }) => `${file.replace(/^.*\//, "")} ${rule_id}`));
    const cases = linesOf(await readFile(CASES ?? "")).map((line): { rule_id: string } => JSON.parse(line));
    expect(cases.map(({ rule_id: id }) => id).filter((id) => !fired.has(`${id}.evtx ${id}`))).toEqual([]);
  });
});
