import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import { inJapanese } from "../ui/reasons/japanese.ts";
import texts from "./problems.ja.json";
import {
  appErrorMessage,
  argumentOf,
  isUnread,
  propertyNamed,
  type Sentence,
  Sources,
  sentencesIn,
} from "./testing/server-messages.ts";

/** What only a terminal, a log or a sender of events is told. */
const NOT_FOR_BROWSERS: readonly RegExp[] = [
  /^app\/commands\//,
  /^app\/(config|control|drop|named|named-targets|places)\.ts:/,
  /^app\/ingest\/upload\.ts:/,
  /^monitor\/collect\/(bulk|drop|hec|http|kafka|otlp|tail|tcp)\//,
  /^monitor\/simulate\//,
  /^platform\/(directory|wal)\//,
  /^platform\/auth\/one-time\.ts:/,
  /^platform\/(events|state)\/migrate\.ts:/,
  /^platform\/state\/(open|pglite)\.ts:/,
];

/** Where an AppError passes on words that are made elsewhere, and where those are. */
const PASSED_ON: Readonly<Record<string, string>> = {
  "monitor/collect/lines/receive-file.ts": "another AppError's",
  "monitor/retrohunt/service.ts": "what is wrong with a Sigma rule stays in English, as in the rule editor",
  "monitor/rule/pack/import-from.ts": "of a contract",
  "monitor/rule/reload.ts": "`note` in the same file",
  "monitor/search/saved-searches.ts": "of the search language",
  "monitor/search/scope.ts": "of the search language",
  "platform/auth/sign-in-watch.ts": "better-auth's",
  "respond/crisis/declare.ts": "of the phases",
};

/** Where libraries whose refusals are passed on write them. */
const LIBRARIES = [
  "@better-auth/core/dist/error/codes.mjs",
  "better-auth/dist/plugins/two-factor/error-code.mjs",
  "fastify/lib/errors.js",
] as const;

const { server, input, library, part } = texts;
const sources = new Sources(join(import.meta.dirname, "../../src"));
const everyAppError = sentencesIn(sources, sources.holding("new AppError("), appErrorMessage);
const appErrors = everyAppError.filter(({ at }) => !NOT_FOR_BROWSERS.some((place) => place.test(at)));
const contracts = sources.holding("", /(^|\/)contract\.ts$/);
const others: readonly Sentence[] = [
  ...sentencesIn(sources, sources.holding("fault(", /^monitor\/search\/language\//), argumentOf(3, "fault")),
  ...sentencesIn(sources, sources.holding("", /^respond\/crisis\/phases\.ts$/), propertyNamed("message")),
  ...sentencesIn(sources, sources.holding("", /^respond\/crisis\/phases\.ts$/), argumentOf(0, "refuse")),
  ...sentencesIn(
    sources,
    sources.holding("", /^platform\/auth\/(engine|sign-in-watch)\.ts$/),
    propertyNamed("message"),
  ),
  ...sentencesIn(sources, sources.holding("", /^monitor\/rule\/reload\.ts$/), propertyNamed("note")),
  ...sentencesIn(sources, sources.holding("", /^platform\/http\/problem\.ts$/), propertyNamed("detail", "message")),
  ...sentencesIn(sources, contracts, argumentOf(1, "refine", "regex", "min", "max", "say")),
  ...sentencesIn(sources, contracts, propertyNamed("message", "error")),
].filter((sentence) => sentence.text !== "" && !isUnread(sentence));
const said = [...appErrors, ...others];

describe("What the server says is wrong", () => {
  it("was found in the source, however it is written there", () => {
    const found = new Set(said.map(({ text }) => text));
    for (const text of [
      "Sign in first.",
      "There are already {0} networks.",
      "The disk is full: there is no room for this archive now. Unpack it and import its files.",
      "This needs the permission {0} for this unit.",
      "The pack has more than {0} rule files.",
      "this query is longer than {0} characters",
      "It would lie after a phase that builds on it.",
      "Say what to change.",
    ])
      expect(found).toContain(text);
    expect(found.size).toBeGreaterThan(400);
  });

  it("has a Japanese sentence, wherever a browser can hear it", () => {
    const missing = said
      .filter((sentence) => sentence.text !== "" && !isUnread(sentence))
      .filter((sentence) => !isWritten(sentence))
      .map(({ text, at }) => `${at}: ${text}`);
    expect(missing).toEqual([]);
  });

  it("is passed on from elsewhere in few places, which are known", () => {
    const places = new Set(appErrors.filter(isUnread).map(({ at }) => at.replace(/:\d+$/, "")));
    expect([...places].toSorted()).toEqual(Object.keys(PASSED_ON).toSorted());
  });

  it("is left out only where there is such a source", () => {
    expect(NOT_FOR_BROWSERS.filter((place) => !everyAppError.some(({ at }) => place.test(at)))).toEqual([]);
  });
});

describe("The Japanese sentences", () => {
  it("are all still said by some source", () => {
    const found = new Set(said.map(({ text }) => text));
    expect(Object.keys(server).filter((english) => !found.has(english))).toEqual([]);
  });

  it("name the same values as the English, none touching another", () => {
    const holes = (text: string) => [...text.matchAll(/\{=?(\d+)\}/g)].map(([, at]) => Number(at)).toSorted();
    const wrong = Object.entries(server).filter(
      ([english, japanese]) =>
        [...new Set(holes(japanese))].join() !== holes(english).join() ||
        holes(english).some((at, i) => at !== i) ||
        /\}\{/.test(english),
    );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries({ server, input, library }))("of %s are Japanese, and whole", (_, group) => {
    const odd = Object.entries(group).filter(
      ([english, japanese]) => isSentence(english) && !/[\p{Script=Hiragana}].*([。）}]|\{=?\d+\})$/u.test(japanese),
    );
    expect(odd).toEqual([]);
  });

  it("of libraries are of what these still say", () => {
    const theirs = LIBRARIES.map((file) => readFileSync(join(import.meta.dirname, "../../node_modules", file), "utf8"));
    expect(Object.keys(library).filter((english) => !theirs.some((text) => text.includes(english)))).toEqual([]);
  });

  it("have no word for a value that no source knows", () => {
    const known = Object.keys(part).filter((word) =>
      [`"${word}"`, `\n  ${word}:`, ` ${word}:`].some((written) => sources.holding(written).length > 0),
    );
    expect(Object.keys(part).filter((word) => !known.includes(word))).toEqual([]);
  });
});

const CASES: readonly (readonly [string, z.ZodType, unknown, string])[] = [
  ["nothing", z.string(), undefined, "入力してください（文字列）。"],
  ["a number for a text", z.string(), 7, "文字列を指定してください（数値が届きました）。"],
  ["a text for a number", z.number(), "7", "数値を指定してください（文字列が届きました）。"],
  ["a number that is none", z.number(), Number.NaN, "数値を指定してください（数値でない値が届きました）。"],
  ["a broken number", z.int(), 1.5, "整数を指定してください（数値が届きました）。"],
  ["null for a list", z.array(z.string()), null, "一覧を指定してください（nullが届きました）。"],
  ["a list for an object", z.object({}), [], "オブジェクトを指定してください（一覧が届きました）。"],
  [
    "a yes for a record",
    z.record(z.string(), z.string()),
    true,
    "オブジェクトを指定してください（真偽値が届きました）。",
  ],
  ["an object for a yes", z.boolean(), {}, "真偽値を指定してください（オブジェクトが届きました）。"],
  ["another word", z.literal("on"), "off", '"on" を指定してください。'],
  ["another choice", z.enum(["on", "off"]), "up", '次のどれかを指定してください："on"|"off"'],
  ["an empty text", z.string().min(1), "", "入力してください。"],
  ["a short text", z.string().min(8), "1", "8 文字以上にしてください。"],
  ["a long text", z.string().max(2), "123", "2 文字以内にしてください。"],
  ["a text of another length", z.string().length(2), "1", "ちょうど 2 文字にしてください。"],
  ["too long for its length", z.string().length(2), "123", "ちょうど 2 文字にしてください。"],
  ["a short list", z.array(z.string()).min(2), [], "2 件以上にしてください。"],
  ["a small number", z.number().min(3), 1, "3 以上にしてください。"],
  ["a number not above", z.number().gt(3), 3, "3 より大きくしてください。"],
  ["a large number", z.number().max(3), 4, "3 以下にしてください。"],
  ["a number not below", z.number().lt(3), 3, "3 より小さくしてください。"],
  ["an uneven number", z.number().multipleOf(5), 3, "5 の倍数にしてください。"],
  ["another form", z.string().regex(/^a+$/), "b", "書き方が正しくありません（形式：/^a+$/）。"],
  ["another beginning", z.string().startsWith("a"), "b", "「a」で始めてください。"],
  ["another end", z.string().endsWith("a"), "b", "「a」で終えてください。"],
  ["a part missing", z.string().includes("a"), "b", "「a」を含めてください。"],
  ["no mail address", z.email(), "b", "メールアドレスの書き方が正しくありません。"],
  ["no URL", z.url(), "b", "URL の書き方が正しくありません。"],
  ["no UUID", z.uuid(), "b", "UUID の書き方が正しくありません。"],
  ["no instant", z.iso.datetime(), "b", "日時の書き方が正しくありません（ISO 8601）。"],
  ["no day", z.iso.date(), "b", "日付の書き方が正しくありません（ISO 8601）。"],
  ["no IPv4 address", z.ipv4(), "b", "IPv4 アドレスの書き方が正しくありません。"],
  ["no IPv6 address", z.ipv6(), "b", "IPv6 アドレスの書き方が正しくありません。"],
  ["one thing more", z.strictObject({}), { a: 1 }, '使えない項目があります："a"'],
  ["things more", z.strictObject({}), { a: 1, b: 2 }, '使えない項目があります："a", "b"'],
  [
    "no kind",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") })]),
    { kind: "b" },
    "次のどれかを指定してください：'a'",
  ],
  ["neither of two", z.union([z.string(), z.number()]), true, "正しくない値です。"],
  ["another key", z.record(z.string().max(1), z.number()), { abc: 1 }, "項目名が正しくありません。"],
];

describe("What the server says of input", () => {
  test.each(CASES)("for %s is said in Japanese", (_, schema, value, japanese) => {
    const [message = ""] = messagesFor(schema, value);
    expect({ message, japanese: inJapanese(message) }).toEqual({ message, japanese });
  });

  it("is written down for nothing that it never says", () => {
    const messages = CASES.flatMap(([, schema, value]) => messagesFor(schema, value));
    const never = Object.keys(input).filter((english) => {
      const pattern = isSentence(english) ? formOf(english) : new RegExp(`\\b${english}\\b`);
      return !messages.some((message) => pattern.test(message));
    });
    expect(never).toEqual([]);
  });
});

/** By its own words, or as one way of a sentence whose general form is written. */
function isWritten({ text, at }: Sentence): boolean {
  if (Object.hasOwn(server, text)) return true;
  const general = said.filter((other) => other.at === at && other.text !== text && Object.hasOwn(server, other.text));
  return general.some((other) => formOf(other.text).test(text));
}

/** What a sentence with holes can be. */
const formOf = (english: string): RegExp =>
  new RegExp(`^${english.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/\\\{\d\\\}/g, ".*")}$`, "s");

const messagesFor = (schema: z.ZodType, value: unknown): readonly string[] =>
  schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

const isSentence = (english: string): boolean => english.includes(" ");
