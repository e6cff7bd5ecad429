import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { combine, LIMITS, type Pattern, type PatternPart, type Query } from "./ast.ts";
import { addFilter } from "./filter.ts";
import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";

/** A compact way to write trees: `who~alice`, `"…"` for text, `&`, `|`, `!`. */
function shape(query: Query): string {
  switch (query.kind) {
    case "all":
      return "ALL";
    case "and":
    case "or":
      return `(${query.items.map(shape).join(query.kind === "and" ? " & " : " | ")})`;
    case "not":
      return `!${shape(query.item)}`;
    case "text":
      return `"${patternShape(query.pattern)}"`;
    case "match":
      return `${query.field}~${patternShape(query.pattern)}`;
    case "exists":
      return `${query.field}~ANY`;
    case "compare":
      return `${query.field}${query.op}${query.value}`;
    case "regex":
      return `${query.field}~/${query.source}/`;
    case "range": {
      const low = query.low === null ? "" : `${query.low.isInclusive ? ">=" : ">"}${query.low.value}`;
      const high = query.high === null ? "" : `${query.high.isInclusive ? "<=" : "<"}${query.high.value}`;
      return `${query.field}${low}${high}`;
    }
  }
}
const patternShape = (pattern: Pattern): string =>
  pattern.map((part) => (part.kind === "text" ? part.text : part.kind === "one" ? "⟨?⟩" : "⟨*⟩")).join("");

const parsed = (text: string): Query => {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message} at ${result.error.position}`);
  return result.value;
};

describe("A query is read", () => {
  test.each([
    // Everything
    ["", "ALL"],
    ["   ", "ALL"],
    ["*", "ALL"],
    ["*:*", "ALL"],
    ['""', "ALL"],
    // Words and phrases
    ["mimikatz", '"mimikatz"'],
    ['"access denied"', '"access denied"'],
    ["access denied", '("access" & "denied")'],
    ["mimi*", '"mimi⟨*⟩"'],
    ["te?t", '"te⟨?⟩t"'],
    ["a**b", '"a⟨*⟩b"'],
    ["user=root", '"user=root"'],
    ["12:34:56", '"12:34:56"'],
    ["https://evil.example/a?b", '"https://evil.example/a⟨?⟩b"'],
    ["C:\\Windows\\System32\\cmd.exe", '"C:\\Windows\\System32\\cmd.exe"'],
    ["fe80::1", '"fe80::1"'],
    ["::1", '"::1"'],
    ["aa:bb:cc:dd:ee:ff", '"aa:bb:cc:dd:ee:ff"'],
    ["/var/log/messages", '"/var/log/messages"'],
    // A field
    ["host.name:dc1", "host.name~dc1"],
    ["host.name: dc1", "host.name~dc1"],
    ["host.name : dc1", "host.name~dc1"],
    ["host.name = dc1", "host.name~dc1"],
    ["host.name == dc1", "host.name~dc1"],
    ["host.name != dc1", "!host.name~dc1"],
    ["host.name!=dc1", "!host.name~dc1"],
    ['message:"logon failure"', "message~logon failure"],
    ['"User Name":alice', "User Name~alice"],
    ['"EventID":4624', "EventID~4624"],
    ["@timestamp:now", "@timestamp~now"],
    ["cs-uri-query:a", "cs-uri-query~a"],
    ["source.ip:10.0.0.0/8", "source.ip~10.0.0.0/8"],
    ["source.ip:2001:db8::/32", "source.ip~2001:db8::/32"],
    ["process.executable:*\\\\cmd.exe", "process.executable~⟨*⟩\\cmd.exe"],
    ["process.executable:C:\\Windows\\*", "process.executable~C:\\Windows*"],
    ["process.executable:C:\\Windows\\\\*", "process.executable~C:\\Windows\\⟨*⟩"],
    ["url.full:https://a.example/?x=1", "url.full~https://a.example/⟨?⟩x=1"],
    ["pid:-5", "pid~-5"],
    ['user.name:""', "user.name~"],
    ["user.name:*", "user.name~ANY"],
    ["_exists_:user.name", "user.name~ANY"],
    // Groups of values
    ["host.name:(a or b)", "(host.name~a | host.name~b)"],
    ["host.name:(a b)", "(host.name~a & host.name~b)"],
    ["host.name:(a or not b)", "(host.name~a | !host.name~b)"],
    ['host.name:("a b" or c*)', "(host.name~a b | host.name~c⟨*⟩)"],
    ["host.name:(a or (b and c))", "(host.name~a | (host.name~b & host.name~c))"],
    ["port:(>10 and <20)", "(port>10 & port<20)"],
    ["source.ip:(::1 or 10.0.0.0/8)", "(source.ip~::1 | source.ip~10.0.0.0/8)"],
    // Logic
    ["a and b", '("a" & "b")'],
    ["a AND b", '("a" & "b")'],
    ["a && b", '("a" & "b")'],
    ["a&&b", '"a&&b"'],
    ["a or b", '("a" | "b")'],
    ["a || b", '("a" | "b")'],
    ["a b or c d", '(("a" & "b") | ("c" & "d"))'],
    ["a or b and c", '("a" | ("b" & "c"))'],
    ["(a or b) and c", '(("a" | "b") & "c")'],
    ["(a or b)c", '(("a" | "b") & "c")'],
    ["not a", '!"a"'],
    ["NOT a and b", '(!"a" & "b")'],
    ["not (a or b)", '!("a" | "b")'],
    ["not not a", '!!"a"'],
    ["-a", '!"a"'],
    ["a -b", '("a" & !"b")'],
    ["a - b", '("a" & "-" & "b")'],
    ["!a", '!"a"'],
    ["-host.name:a", "!host.name~a"],
    ["-(a or b)", '!("a" | "b")'],
    ["((a))", '"a"'],
    ["a and (b and c)", '("a" & "b" & "c")'],
    ['"and"', '"and"'],
    ["\\and", '("\\and")'.slice(1, -1)],
    ["android", '"android"'],
    // Comparisons and ranges
    ["bytes >= 10", "bytes>=10"],
    ["bytes>=10", "bytes>=10"],
    ["bytes:>10", "bytes>10"],
    ["bytes < 10", "bytes<10"],
    ['time > "2026-11-22 10:00"', "time>2026-11-22 10:00"],
    ["port:[1 TO 5]", "port>=1<=5"],
    ["port:{1 TO 5}", "port>1<5"],
    ["port:[1 to 5}", "port>=1<5"],
    ["port:[* TO 5]", "port<=5"],
    ["port:[1 TO *}", "port>=1"],
    ["time:[now-1h TO now]", "time>=now-1h<=now"],
    ["time:[2026-11-22T10:00:00Z TO 2026-11-22T11:00:00Z]", "time>=2026-11-22T10:00:00Z<=2026-11-22T11:00:00Z"],
    // Regular expressions
    ["user.name:/adm.*[0-9]{2}/", "user.name~/adm.*[0-9]{2}/"],
    ["url.path:/a\\/b/", "url.path~/a/b/"],
    ["url.path:/a b|c/ and x", '(url.path~/a b|c/ & "x")'],
    ["url.path:/var/log/messages", "url.path~/var/log/messages"],
    ["file.path:/etc/passwd and raw:/x/", "(file.path~/etc/passwd & raw~/x/)"],
    // Escapes
    ["a\\:b", '"a:b"'],
    ["a\\*b", '"a*b"'],
    ["a\\ b", '"a b"'],
    ['"say \\"hi\\""', '"say "hi""'],
    ['"C:\\\\Temp\\\\"', '"C:\\Temp\\"'],
    ['"C:\\Temp"', '"C:\\Temp"'],
    // Japanese, and what a Japanese keyboard produces
    ["不正アクセス", '"不正アクセス"'],
    ["誰が:田中", "誰が~田中"],
    ["ユーザー名:田中*", "ユーザー名~田中⟨*⟩"],
    ["host.name：dc1", "host.name~dc1"],
    ["ｈｏｓｔ．ｎａｍｅ：dc1", "host.name~dc1"],
    ["（失敗　ＯＲ　拒否）　ＡＮＤ　-許可", '(("失敗" | "拒否") & !"許可")'],
    ["失敗　拒否", '("失敗" & "拒否")'],
    ["“二つ の 言葉”", '"二つ の 言葉"'],
    ["port　＞＝　10", "port>=10"],
    ["port：［1 TO 5］", "port>=1<=5"],
    ["なぜ？", '"なぜ？"'],
    ["ログ＊", '"ログ⟨*⟩"'],
    ["ＡＢＣ", '"ＡＢＣ"'],
    ["「引用」", '"「引用」"'],
  ])("%s", (text, expected) => expect(shape(parsed(text))).toBe(expected));
});

describe("A text that is no query is answered with the place and what was expected", () => {
  test.each([
    ["(a", "unclosed_group", 0],
    ["a and (b or c", "unclosed_group", 6],
    ["a)", "unexpected_close", 1],
    ["()", "term_expected", 1],
    ["a and", "term_expected", 5],
    ["and a", "term_expected", 0],
    ["a or or b", "term_expected", 5],
    ["a || && b", "term_expected", 5],
    ["not", "term_expected", 3],
    ['say "hi', "unclosed_quote", 4],
    ['file.path:"C:\\Temp\\"', "unclosed_quote", 10],
    ["host.name:", "value_expected", 10],
    ["host.name: and b", "value_expected", 11],
    ["host.name:)", "value_expected", 10],
    ["host.name:(a or)", "term_expected", 15],
    ["host.name:(a", "unclosed_group", 10],
    ["bytes >=", "value_expected", 8],
    ["bytes > 1*", "no_wildcard_here", 8],
    ["port:[1 5]", "to_expected", 8],
    ["port:[1 TO 5", "unclosed_range", 5],
    ["port:[1 TO", "value_expected", 10],
    ["port:[ TO 5]", "to_expected", 10],
    [":a", "field_expected", 0],
    ["<134>Nov 22", "field_expected", 0],
    ['"":a', "field_expected", 0],
    ["host.*:a", "wildcard_in_field", 0],
    ["田中（", "term_expected", 3],
  ])("%s", (text, code, position) => {
    const result = parseQuery(text);
    expect(result).toMatchObject({ ok: false, error: { code, position } });
    expect(!result.ok && result.error.expected !== "" && result.error.message !== "").toBe(true);
  });
});

describe("A query is bounded", () => {
  test.each([
    ["length", "a".repeat(LIMITS.queryChars + 1), "too_long"],
    ["depth of parentheses", "(".repeat(LIMITS.depth + 1), "too_deep"],
    ["depth of negations", `${"!".repeat(LIMITS.depth + 1)}a`, "too_deep"],
    ["number of conditions", "a ".repeat(LIMITS.terms + 1), "too_many_terms"],
    ["length of a value", `who:${"a".repeat(LIMITS.valueChars + 1)}`, "too_long"],
    ["length of a regular expression", `who:/${"a".repeat(LIMITS.regexChars + 1)}/`, "too_long"],
    ["length of a field name", `${"a".repeat(LIMITS.fieldChars + 1)}:x`, "too_long"],
  ])("in %s", (_, text, code) => expect(parseQuery(text)).toMatchObject({ ok: false, error: { code } }));

  it("never throws and never hangs, whatever is typed", () => {
    const noise = fc.string({
      unit: fc.constantFrom(..."ab1:*?\"'()[]{}<>=!&|-/\\ 　：（）”あ＊ orandtO."),
      maxLength: 80,
    });
    fc.assert(
      fc.property(fc.oneof(noise, fc.string()), (text) => {
        expect(parseQuery(text)).toHaveProperty("ok");
      }),
    );
  });
});

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aB1 .*?"\\/:()[]{}<>-!&|=“”＂＼？＊：　田ー#@'),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
});
const field = fc
  .oneof(fc.constantFrom("host.name", "誰が", "User Name", "a", "and", "face", "fields.x:y", "raw"), text)
  .filter((name) => name !== "_exists_");
const wild = fc.array(
  fc.oneof(
    text.map((t): PatternPart => ({ kind: "text", text: t })),
    fc.constantFrom<PatternPart>({ kind: "one" }, { kind: "many" }),
  ),
  { minLength: 1, maxLength: 4 },
);
const pattern = wild
  .map((parts) => {
    const joined: PatternPart[] = [];
    for (const part of parts) {
      const last = joined.at(-1);
      if (last?.kind === "text" && part.kind === "text")
        joined[joined.length - 1] = { kind: "text", text: last.text + part.text };
      else if (!(last?.kind === "many" && part.kind === "many")) joined.push(part);
    }
    return joined;
  })
  .filter((parts) => !(parts.length === 1 && parts[0]?.kind === "many"));
const bound = fc.option(fc.record({ value: text, isInclusive: fc.boolean() }));
const leaf: fc.Arbitrary<Query> = fc.oneof(
  pattern.map((p): Query => ({ kind: "text", pattern: p, at: 0 })),
  fc.tuple(field, pattern).map(([f, p]): Query => ({ kind: "match", field: f, pattern: p, at: 0 })),
  field.map((f): Query => ({ kind: "exists", field: f, at: 0 })),
  fc
    .tuple(field, fc.constantFrom(">", ">=", "<", "<="), text)
    .map(([f, op, value]): Query => ({ kind: "compare", field: f, op: op as ">", value, at: 0 })),
  fc.tuple(field, bound, bound).map(([f, low, high]): Query => ({ kind: "range", field: f, low, high, at: 0 })),
  fc
    .tuple(field, fc.stringMatching(/^([a-z ./田]|\\[d.\\])+$/))
    .map(([f, source]): Query => ({ kind: "regex", field: f, source, at: 0 })),
);
const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom<"and" | "or">("and", "or"), fc.array(tie("tree"), { minLength: 2, maxLength: 3 }))
      .map(([kind, items]) => combine(kind, items)),
    tie("tree").map((item): Query => ({ kind: "not", item })),
  ),
}));

const withoutPlaces = (query: Query): unknown =>
  JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === "at" ? undefined : value)));

describe("Printing and parsing are inverse", () => {
  it("gives back every tree", () =>
    fc.assert(
      fc.property(tree, (query) => {
        expect(withoutPlaces(parsed(printQuery(query)))).toEqual(withoutPlaces(query));
      }),
      { numRuns: 1_000 },
    ));
});

describe("Filter in, filter out", () => {
  test.each([
    ["", "host.name", "dc1", false, "host.name:dc1"],
    ["", "host.name", "dc1", true, "not host.name:dc1"],
    ["failed", "host.name", "dc1", false, "failed and host.name:dc1"],
    ["a or b", "host.name", "dc1", false, "(a or b) and host.name:dc1"],
    ["a  OR (b)", "port", 443, true, "(a  OR (b)) and not port:443"],
    ["host.name:dc1 and x", "host.name", "dc1", false, "host.name:dc1 and x"],
    ["host.name:dc1 and x", "host.name", "dc1", true, "not host.name:dc1 and x"],
    ["not host.name:dc1", "host.name", "dc1", true, "not host.name:dc1"],
    ["not host.name:dc1", "host.name", "dc1", false, "host.name:dc1"],
    ["x", "file.path", 'C:\\a "b"\\', false, 'x and file.path:"C:\\\\a \\"b\\"\\\\"'],
    ["x", "User Name", "and", false, 'x and "User Name":"and"'],
    ["x", "user.name", "", false, "x and not user.name:*"],
    ["x", "user.name", "", true, "x and user.name:*"],
    ["(broken", "user.name", "a", false, "(broken"],
  ])("%s + %s is %s (negated %s)", (q, name, value, negate, expected) =>
    expect(addFilter(q, name, value, negate)).toBe(expected),
  );

  it("adds any value of any field without changing its meaning", () =>
    fc.assert(
      fc.property(field, fc.string({ unit: "grapheme", minLength: 1 }), fc.boolean(), (name, value, negate) => {
        const query = parsed(addFilter("a or b", name, value, negate));
        const added = query.kind === "and" ? query.items[1] : undefined;
        const inner = added?.kind === "not" ? added.item : added;
        expect(added?.kind === "not").toBe(negate);
        expect(inner).toMatchObject({ kind: "match", field: name, pattern: [{ kind: "text", text: value }] });
      }),
    ));
});
