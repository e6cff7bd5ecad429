import { afterAll, beforeAll, expect, test } from "vitest";
import { ENCODINGS } from "../../kernel/encoding/index.ts";
import { encodeText } from "../../kernel/encoding/testing.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { createParser } from "../parse/index.ts";
import { chunksOf } from "./grams/chunks.ts";
import { placesOf } from "./grams/filter.ts";
import { compileQuery } from "./language/compile.ts";
import { parseQuery } from "./language/parse.ts";
import { storeEvents } from "./testing.ts";

const AT = Date.UTC(2026, 10, 27);
const LINE = "2026-11-27 09:00 User=Tanaka 一覧表示に失敗しました";
const JAPANESE = ENCODINGS.filter((name) => name !== "windows-1252");

let events: EventsDb;
beforeAll(async () => {
  events = await openTestEvents();
  const parser = createParser();
  const samples = JAPANESE.map((name, i) => {
    const raw = encodeText(LINE, name);
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: AT };
    const { decoded } = parser.parse(raw, hints);
    return { timeMs: AT, seq: BigInt(i + 1), raw, decoded };
  });
  await storeEvents(events, samples);
});
afterAll(async () => events?.close());

async function found(text: string): Promise<number> {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(text);
  const compiled = compileQuery(parsed.value, { nowMs: AT, timeZone: "UTC" });
  if (!compiled.ok) throw new Error(text);
  const { condition, params } = compiled.value;
  const [row] = await events.select<{ n: string }>(`SELECT count() AS n FROM events WHERE ${condition}`, params);
  return Number(row?.n);
}

test.each([
  "失敗",
  "表示に失敗",
  '"一覧表示に失敗しました"',
  "tanaka",
  "User=Tanaka",
  "raw:*覧表*敗*",
  "raw:/Tanaka 一覧/",
])("A word is found in a line whatever its bytes are in: %s", async (query) =>
  expect(await found(query)).toBe(JAPANESE.length),
);

test("Words that are not there are not found, and the encoding can be asked for", async () => {
  expect(await found("成功")).toBe(0);
  expect(await found("encoding:shift_jis")).toBe(1);
  expect(await found("NOT 失敗")).toBe(0);
});

test("Grams hold the words of the text as well as of the bytes", async () => {
  const rows = await events.selectBytes(
    `SELECT seq, toUnixTimestamp64Milli(time), toString(dataset), concat(raw, decoded) FROM events
     WHERE encoding = 'shift_jis' FORMAT RowBinary`,
    {},
  );
  const [chunk] = [...chunksOf(rows)];
  const has = (set: Uint8Array, place: number): boolean =>
    ((set[(place >>> 3) & (set.length - 1)] ?? 0) & (1 << (place & 7))) !== 0;
  const { three, six } = placesOf(Buffer.from("失敗"));
  expect(three.every((place) => chunk && has(chunk.three, place))).toBe(true);
  expect(six.every((place) => chunk && has(chunk.six, place))).toBe(true);
});
