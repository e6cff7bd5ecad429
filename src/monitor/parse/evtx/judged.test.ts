import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { sharedData } from "../../../../tests/support/shared-data.ts";
import { readTarGz, type TarFile } from "../../../../tests/support/tar.ts";
import { isObject } from "../flatten.ts";
import { parseEventXml } from "../windows/event-xml.ts";
import { readEvtx } from "./index.ts";

const CASES = sharedData("sigma/regression.jsonl.gz");
const CASE_FILES = sharedData("sigma/regression-evtx.tar.gz");
const SAMPLES = sharedData("windows/evtx-attack-samples.tar.gz");

const evtxIn = async (archive: string): Promise<readonly TarFile[]> =>
  (await readTarGz(archive)).filter(({ name }) => name.endsWith(".evtx"));

type Case = { readonly rule_id: string; readonly events: readonly unknown[] };

describe.skipIf(CASES === undefined || CASE_FILES === undefined)(
  "Event logs that SigmaHQ published as EVTX and JSON",
  () => {
    it("read the same from both", async () => {
      const files = new Map(
        (await evtxIn(CASE_FILES ?? "")).map(({ name, bytes }) => [name.replace(/^.*\//, ""), bytes]),
      );
      const lines = gunzipSync(readFileSync(CASES ?? ""))
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "");
      const cases = lines.map((line): Case => JSON.parse(line));
      expect(cases.length).toBeGreaterThan(100);
      for (const { rule_id: id, events } of cases) {
        const { records, damage } = readEvtx(files.get(`${id}.evtx`) ?? Buffer.alloc(0));
        expect(damage, id).toEqual([]);
        const read = records.map(({ event }) => withoutEndSpace(JSON.parse(JSON.stringify(event))));
        expect(read, id).toEqual(events);
      }
    });
  },
);

/** The exporter of the published JSON cut white space off the ends of texts; Windows does not. */
function withoutEndSpace(value: unknown): unknown {
  if (typeof value === "string") return value.trimEnd();
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutEndSpace(inner)]));
}

const isToolHere = spawnSync("evtxexport", ["-V"]).status === 0;
if (!isToolHere) console.warn("evtxexport (Debian's libevtx-utils) is not installed: its second opinion is skipped");

describe.skipIf(SAMPLES === undefined || !isToolHere)("Event logs of attacks, beside libevtx", () => {
  const folder = mkdtempSync(join(tmpdir(), "yagura-evtx-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("have as many records, with the same values under the same names", async () => {
    const files = await evtxIn(SAMPLES ?? "");
    expect(files.length).toBeGreaterThan(30);
    let compared = 0;
    for (const { name, bytes } of files) {
      const theirs = exported(bytes, join(folder, "sample.evtx"));
      const ours = readEvtx(bytes).records.map(({ event }) => leavesOf(JSON.parse(JSON.stringify(event))));
      expect(ours, name).toEqual(theirs);
      compared += ours.reduce((sum, record) => sum + Object.keys(record).length, 0);
    }
    console.info(`${compared} values of ${files.length} event logs are what evtxexport says`);
    expect(compared).toBeGreaterThan(10_000);
  });
});

function exported(bytes: Buffer, path: string): readonly object[] {
  writeFileSync(path, bytes);
  const text = execFileSync("evtxexport", ["-f", "xml", path], {
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const events = text.toString("utf8").match(/<Event [\s\S]*?<\/Event>/g) ?? [];
  return events.map((xml) => leavesOf(parseEventXml(xml)));
}

/** Every value by its path, the spellings of both sides made one. What is empty counts as absent. */
function leavesOf(value: unknown): Record<string, string> {
  const leaves: Record<string, string> = {};
  const visit = (at: string, one: unknown): void => {
    if (Array.isArray(one)) {
      for (const [index, item] of one.entries()) visit(isNamed(item) ? at : `${at}/${index}`, item);
    } else if (at.endsWith("Data") && isNamed(one)) visit(at.replace(/Data$/, one["@Name"]), one["#text"]);
    else if (isObject(one)) for (const key in one) visit(pathOf(at, key), one[key]);
    else if (spelled(one) !== "") leaves[at] = spelled(one);
  };
  visit("", value);
  return leaves;
}

/** `<Data Name="User">x</Data>`, as parseEventXml reads it. */
const isNamed = (value: unknown): value is { "@Name": string; "#text": unknown } =>
  isObject(value) && typeof value["@Name"] === "string" && Object.keys(value).length === 2 && "#text" in value;

function pathOf(at: string, key: string): string {
  if (key === "#attributes" || key === "#text") return at;
  return `${at}/${key.startsWith("@") ? key.slice(1) : key}`;
}

function spelled(value: unknown): string {
  const text = value === null ? "" : String(value);
  if (/^0x[0-9a-f]+$/i.test(text)) return `0x${BigInt(text).toString(16)}`;
  if (/^\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?$/i.test(text)) return text.replace(/[{}]/g, "").toUpperCase();
  return text.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})\d*Z$/, "$1");
}
