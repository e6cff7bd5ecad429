import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createParser } from "../parser.ts";
import { answersOf } from "../testing.ts";
import { compileParser, runTests } from "./index.ts";

const NOW = Date.UTC(2026, 10, 27, 3);

const DOOR = `parser: acme-door
title: Acme door controller
recognize:
  contains: "ACME-DOOR"
read:
  grok: 'ACME-DOOR %{DATE:date} %{TIME:time} 扉=%{NOTSPACE:door} 社員=%{WORD:card} (%{IP:reader}:%{PORT:port}) 結果=%{WORD:result}'
time:
  field: [date, time]
  format: yyyy/MM/dd HH:mm:ss
  zone: Asia/Tokyo
columns:
  user.name: card
  source.ip: reader
  source.port: port
  observer.vendor: { value: Acme }
  event.outcome: { from: result, map: { 許可: success, 拒否: failure }, default: unknown }
six:
  with_what: { value: card }
  what: { text: "door {door}" }
  did_what: { from: result, map: { 許可: object-accessed, 拒否: logon-failed } }
logsource: { product: acme, service: door }
tests:
  - line: "ACME-DOOR 2026/11/27 09:15:00 扉=本社3F 社員=佐藤 (10.1.2.3:4001) 結果=拒否"
    fields: { door: 本社3F, port: 4001 }
    columns: { source.ip: 10.1.2.3, event.outcome: failure }
    time: "2026-11-27T00:15:00.000Z"
    who: 佐藤
    did_what: logon-failed
  - line: "some other line"
    matches: false
`;

const compiledOf = (text: string) => {
  const outcome = compileParser(text);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.compiled;
};
const parserOf = (...texts: string[]) => createParser(texts.map((text) => compiledOf(text).parser));
const readBy = (text: string, line: string, format = "auto") =>
  parserOf(text).parse(Buffer.from(line), {
    format,
    transport: "syslog-udp",
    peer: "192.0.2.9:514",
    receivedAtMs: NOW,
  });
const testsOf = (text: string) => {
  const compiled = compiledOf(text);
  return runTests(compiled, createParser([compiled.parser]).parse, NOW);
};

/** A document of one reading step that every line is offered to. */
const docOf = (read: string, more = "") => `parser: one
title: One
${more.includes("recognize") ? "" : "recognize: { contains: [] }\n".replace("contains: []", 'contains: " "')}read:
${read}
${more}
tests:
  - { line: "x", matches: false }
`;

describe("A parser that somebody wrote", () => {
  it("passes the tests inside of its document", () => {
    expect(testsOf(DOOR)).toEqual([
      { line: 23, isPassed: true, mismatches: [] },
      { line: 29, isPassed: true, mismatches: [] },
    ]);
  });

  it("passes them years later too, where its dates have no year", () => {
    const compiled = compiledOf(`parser: year-less
title: Year-less
recognize: { startsWith: "at <" }
read: { grok: "at <%{DATA:t}>" }
time: { field: t, format: syslog, zone: Asia/Tokyo }
tests:
  - { line: "at <Nov 20 09:15:00>", time: "2026-11-20T00:15:00Z" }
  - { line: "at <Dec 31 23:59:59>", time: "2025-12-31T14:59:59Z" }
`);
    for (const year of [0, 1, 5]) {
      const tested = runTests(compiled, createParser([compiled.parser]).parse, NOW + year * 365 * 86_400_000);
      expect(tested.map(({ isPassed }) => isPassed)).toEqual([true, true]);
    }
  });

  it("answers the six questions and names Sigma's log source", () => {
    const line = "ACME-DOOR 2026/11/27 09:15:00 扉=本社3F 社員=佐藤 (10.1.2.3:4001) 結果=許可";
    const event = readBy(DOOR, line);
    expect(answersOf(event)).toEqual({
      when: "2026-11-27T00:15:00.000Z",
      who: "佐藤",
      from: "10.1.2.3",
      with: "card",
      what: "door 本社3F",
      did: "object-accessed",
    });
    expect(event).toMatchObject({ takenBy: "acme-door", problem: "", logsource: { product: "acme", service: "door" } });
    expect(event.hot.dataset).toBe("acme-door");
  });

  it("reads what stands behind syslog's header, and the header fills the rest", () => {
    const line = "<13>Nov 27 09:15:01 gate1 doord[7]: ACME-DOOR 2026/11/27 09:15:00 扉=A 社員=B (10.1.2.3:1) 結果=許可";
    const event = readBy(DOOR, line);
    expect(event.takenBy).toBe("acme-door");
    expect(event.hot).toMatchObject({ host_name: "gate1", user_name: "B" });
    expect(event.fields).toMatchObject({ door: "A", hostname: "gate1", program: "doord" });
  });

  it("reads a line that Filebeat wrapped in JSON", () => {
    const message = "ACME-DOOR 2026/11/27 09:15:00 扉=A 社員=B (10.1.2.3:1) 結果=許可";
    const wrapped = { message, agent: { type: "filebeat" }, log: { file: { path: "/x" } }, host: { name: "h1" } };
    for (const format of ["auto", "custom.acme-door"])
      expect(readBy(DOOR, JSON.stringify(wrapped), format)).toMatchObject({
        takenBy: "acme-door",
        problem: "",
        hot: { host_name: "h1" },
      });
  });

  test.each([
    [
      "journald",
      { SYSLOG_IDENTIFIER: "doord", _HOSTNAME: "h1", __REALTIME_TIMESTAMP: "1795738500000000", PRIORITY: "6" },
    ],
    ["Vector", { appname: "doord", procid: 7, hostname: "h1", facility: "user", severity: "info" }],
  ])("knows the program that %s names beside the line", (_, beside) => {
    const message = "door=3F card=sato result=ok";
    const line = JSON.stringify("appname" in beside ? { ...beside, message } : { ...beside, MESSAGE: message });
    const doc = docOf("  keyvalue: {}", "recognize: { program: doord }");
    expect(readBy(doc, line)).toMatchObject({ takenBy: "one", fields: { door: "3F", card: "sato" } });
    expect(readBy(doc, line.replaceAll("doord", "other")).takenBy).toBe("");
    expect(readBy(doc, "<13>Nov 27 09:15:01 gate1 doord[7]: door=3F").takenBy).toBe("one");
    expect(readBy(doc, "<13>Nov 27 09:15:01 gate1 other[7]: door=3F by doord").takenBy).toBe("");
  });

  it("leaves to the built-in readers what its pattern does not fit", () => {
    expect(readBy(DOOR, "ACME-DOOR is starting")).toMatchObject({ takenBy: "", problem: "unrecognized" });
    expect(readBy(DOOR, "CEF:0|A|ACME-DOOR|1|1|n|1|src=10.0.0.1").hot.dataset).not.toBe("acme-door");
  });

  it("is asked first by a source that is pinned to it, which tells when a line is another's", () => {
    const pinned = DOOR.replace(/recognize:\n.*\n/, "");
    const line = "ACME-DOOR 2026/11/27 09:15:00 扉=A 社員=B (10.1.2.3:1) 結果=許可";
    expect(readBy(pinned, line).takenBy).toBe("");
    expect(readBy(pinned, line, "custom.acme-door").takenBy).toBe("acme-door");
    expect(readBy(pinned, "other", "custom.acme-door").problem).toBe("not_the_pinned_format");
    expect(readBy(DOOR, line, "syslog").takenBy).toBe("");
  });
});

describe("Ways of reading", () => {
  test.each([
    [
      "grok, the first pattern that fits",
      '  grok: ["a %{INT:n}", "b %{INT:n:int} %{REST:rest}"]',
      "b 7 and more",
      { n: 7, rest: "and more" },
    ],
    [
      "grok, text up to what follows",
      "  grok: '[%{DATA:a}] %{DATA:b}: %{QUOTED:c}'",
      '[x y] p: q: "r \\" s"',
      { a: "x y", b: "p: q", c: 'r " s' },
    ],
    [
      "grok, signs escaped as in other products",
      "  grok: '\\[%{WORD:a}\\] %{IPV6:b} %{HOSTNAME:c}'",
      "[x] 2001:db8::1 h.example.jp",
      { a: "x", b: "2001:db8::1", c: "h.example.jp" },
    ],
    [
      "grok, an address with a port",
      "  grok: '%{IP:ip}:%{PORT:port} %{NOTSPACE:a}:%{INT:b}'",
      "10.0.0.1:80 x:y:5",
      { ip: "10.0.0.1", port: "80", a: "x:y", b: "5" },
    ],
    [
      "regex with named groups",
      "  regex: 'user (?P<user>\\w+)(?: from (?P<ip>[\\d.]+))?'",
      "the user bob came",
      { user: "bob" },
    ],
    [
      "key=value with signs of its own",
      '  keyvalue: { pair: "; ", equals: ": " }',
      'hello; user: bob; note: "a; b"',
      { user: "bob", note: "a; b" },
    ],
    [
      "key=value behind words",
      "  keyvalue: {}",
      'login ok user=bob msg="a b" ip=10.0.0.1',
      { user: "bob", msg: "a b", ip: "10.0.0.1" },
    ],
    ["CSV", "  csv: { columns: [a, null, c] }", '1, 2 ,"x, ""y"""', { a: "1", c: 'x, "y"' }],
    ["TSV", '  csv: { separator: "\\t", columns: [a, b] }', "1\t2 3", { a: "1", b: "2 3" }],
    [
      "JSON, with paths",
      "  json: { fields: { who: '$.user.names[0]', ids: 'items[*].id' } }",
      '{"user": {"names":["bob"]},"items":[{"id":1},{"id":2}]}',
      { who: "bob", ids: [1, 2], "user.names": ["bob"] },
    ],
    [
      "two steps",
      "  - grok: 'evt %{INT:n} %{REST:rest}'\n  - { from: rest, keyvalue: {}, optional: true }",
      "evt 5 a=1 b=2",
      { n: "5", a: "1", b: "2" },
    ],
  ])("%s", (_, read, line, fields) => {
    const event = readBy(docOf(read), line);
    expect(event.takenBy).toBe("one");
    expect({ ...event.fields }).toMatchObject(fields);
  });

  test.each([
    ["yyyy-MM-dd HH:mm:ss.SSS", "2026-11-27 09:15:00.250", "2026-11-27T00:15:00.250Z"],
    ["dd/MM/yy h:mm:ss a", "27/11/26 9:15:00 PM", "2026-11-27T12:15:00.000Z"],
    ["Gy年M月d日 H時m分s秒", "令和8年11月27日 9時15分0秒", "2026-11-27T00:15:00.000Z"],
    ["EEE MMM d HH:mm:ss yyyy X", "Fri Nov 27 09:15:00 2026 +0100", "2026-11-27T08:15:00.000Z"],
    ["MM-dd HH:mm:ss", "12-31 23:59:59", "2025-12-31T14:59:59.000Z"],
    ["yyyyMMdd'T'HHmmssX", "20261127T091500Z", "2026-11-27T09:15:00.000Z"],
    ["epoch", "1795738500", "2026-11-27T00:15:00.000Z"],
    ["syslog", "Nov 27 09:15:00", "2026-11-27T00:15:00.000Z"],
  ])("a time as %s", (format, text, expected) => {
    const doc = docOf("  grok: 'at <%{DATA:t}>'", `time: { field: t, format: "${format}", zone: Asia/Tokyo }`);
    expect(new Date(readBy(doc, `at <${text}>`).timeMs).toISOString()).toBe(expected);
    expect(readBy(doc, "at <no time>").problem).toBe("time_unreadable");
  });
});

describe("What is wrong with a document is said with its place", () => {
  test.each([
    ["broken YAML", "parser: [a\n", 2, /./],
    ["a key that is not known", DOOR.replace("logsource:", "logsourc:"), 21, /logsourc/],
    ["no tests", DOOR.replace(/tests:[\s\S]*/, "tests: []\n"), 22, /at least one test/],
    ["an unknown pattern", DOOR.replace("%{DATE:date}", "%{DAT:date}"), 6, /no pattern named DAT.*DATA.*DATE/],
    ["an unknown column", DOOR.replace("user.name:", "user.nam:"), 12, /no column named user\.nam/],
    ["an action that is none", DOOR.replace("object-accessed", "door-accessed"), 20, /door-accessed.*object-accessed/],
    ["a zone that is none", DOOR.replace("Asia/Tokyo", "Asia/Tokio"), 10, /Asia\/Tokio/],
    ["a format that is none", DOOR.replace("yyyy/MM", "yyyy/QQ"), 9, /QQ/],
    ["a regex that is not linear", docOf("  regex: '(a)\\1'"), 5, /linear/],
    ["recognition by a regex alone", DOOR.replace('contains: "ACME-DOOR"', "regex: a"), 3, /every line/],
    ["two ways in one step", docOf("  { grok: 'a', keyvalue: {} }"), 4, /exactly one/],
    ["the same key twice", `${DOOR}tests: []\n`, 31, /twice/],
    ["a definition that never ends", docOf("  grok: '%{A}'", "define: { A: '%{A}' }"), 5, /never end/],
  ])("%s", (_, text, line, reason) => {
    const outcome = compileParser(text);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) {
      expect(outcome.problems.map((problem) => problem.reason).join("\n")).toMatch(reason);
      expect(outcome.problems[0]?.line).toBe(line);
    }
  });

  it("a test that fails says what came instead", () => {
    const [first] = testsOf(DOOR.replace("who: 佐藤", "who: 鈴木"));
    expect(first).toMatchObject({ isPassed: false, mismatches: [{ name: "who", expected: "鈴木", actual: "佐藤" }] });
  });
});

describe("Nothing that people write can break the parser", () => {
  const part = fc.constantFrom(
    "%{DATA:a}",
    "%{REST:b}",
    "%{WORD:c}",
    "%{IP:d}",
    "%{SPACE}",
    "%{QUOTED:q}",
    "%{",
    "}",
    " ",
    "a",
    "\\",
    "(",
    "*",
  );
  const pattern = fc.array(part, { maxLength: 24 }).map((parts) => parts.join(""));
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(fc.constantFrom("a", " ", "a ", '"', "1.1.1.1", ":"), { maxLength: 400 }).map((parts) => parts.join("")),
  );

  it("any text as a document is compiled or refused with a place", () => {
    const piece = fc.constantFrom(
      "parser: x\n",
      "title: t\n",
      "read:\n",
      "  grok: 'a'\n",
      "- ",
      "[",
      "{",
      "&a ",
      "*a",
      "? ",
      "tests:\n",
      "\0",
      "columns: {",
      "'",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 60 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const outcome = compileParser(text);
          if (!outcome.ok)
            expect(outcome.problems.every((problem) => problem.line >= 1 && problem.column >= 1)).toBe(true);
        },
      ),
    );
  });

  it("any pattern reads any line or leaves it", () => {
    fc.assert(
      fc.property(fc.constantFrom("grok", "regex"), pattern, line, (how, text, input) => {
        const outcome = compileParser(docOf(`  ${how}: ${JSON.stringify(text || "a")}`));
        if (!outcome.ok) return;
        const event = createParser([outcome.compiled.parser]).parse(Buffer.from(input), {
          ...{ format: "custom.one", transport: "try", peer: "", receivedAtMs: NOW },
        });
        expect(Object.keys(event.fields).length).toBeLessThanOrEqual(512);
      }),
    );
  });

  it("a pattern that could be tried in very many ways gives up", () => {
    const doc = docOf(`  grok: '${"%{DATA} ".repeat(20)}!'`);
    const event = readBy(doc, "a ".repeat(15_000));
    expect(event.takenBy).toBe("");
  });
});
