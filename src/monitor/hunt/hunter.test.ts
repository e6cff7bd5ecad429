import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { compileRules } from "../detect/index.ts";
import { createParser, FlatWindows, sourceOfFlat } from "../parse/index.ts";
import { Hunter } from "./hunter.ts";

const windows = (service: string, selection: object, condition = "s"): object => ({
  logsource: { product: "windows", ...(service !== "" && { service }) },
  detection: { s: selection, condition },
});
/** Rules that read what the parser adds or changes, for and against. */
const RULES = [
  windows("", { Computer: "WS-01" }),
  windows("", { Computer: null }),
  windows("", { "Computer|exists": true }, "not s"),
  windows("", { Provider_Name: ["Sysmon", "12", "-"] }),
  windows("", { "Provider_Name|exists": false }),
  windows("", { "Data|contains": "HostApplication" }),
  windows("powershell-classic", { "Data|exists": true }),
  windows("application", { Data: null }, "not s"),
  windows("sysmon", { EventType: ["SetValue", "CreatePipe", "INFO"] }),
  windows("sysmon", { "EventType|exists": false }),
  windows("", { EventID: [13, 4688, 0, "13.0"] }),
  windows("", { "EventID|gt": 100 }),
  windows("security", { "CommandLine|contains": "whoami" }),
  windows("", { "Some Name": "x" }),
  windows("", { Number: [1, "1e400", "Infinity", "1.5"] }),
  windows("", { "List|all": ["a", "b"] }),
  { logsource: { product: "linux" }, detection: { s: { "CommandLine|exists": true }, condition: "s" } },
  { logsource: { product: "windows", category: "registry_set" }, detection: { s: { EventID: 13 }, condition: "s" } },
  {
    logsource: { product: "windows" },
    detection: { keywords: ["SetValue", "HostApplication", "WS-01"], condition: "keywords" },
  },
];
const sources = RULES.map((rule, n) => ({
  origin: "t",
  text: JSON.stringify({ title: `rule ${n}`, id: `${n}`, ...rule }),
}));
const rules = compileRules(sources);
const parser = createParser();
const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: 0, isForMatching: true };
let flat: FlatWindows | undefined;

const fromText = (text: Buffer): readonly number[] | undefined =>
  rules.matchJson(text, sourceOfFlat, (members) => {
    flat ??= new FlatWindows(members);
    return flat.asParsed();
  });
const fromParser = (text: Buffer): { hits: readonly number[]; problem: string } => {
  const parsed = parser.parse(text, hints);
  return { hits: rules.match(parsed), problem: parsed.problem };
};

const FLAT = { EventID: 4688, Channel: "Security" };

describe("A Windows event matched as text, without being parsed", () => {
  test.each<[string, object]>([
    ["a plain event", { ...FLAT, Computer: "WS-01", CommandLine: "whoami /all" }],
    ["a host by another name", { ...FLAT, Hostname: "WS-01" }],
    ["a host that is null, and a machine", { ...FLAT, Hostname: null, MachineName: "WS-01" }],
    ["a host that is null", { ...FLAT, Hostname: null }],
    ["a provider by another name", { ...FLAT, SourceName: "", ProviderName: "-", EventSourceName: "Sysmon" }],
    ["a message that is the data", { EventID: 400, Channel: "Windows PowerShell", Message: "HostApplication=x" }],
    ["data beside a message", { EventID: 400, Channel: "Windows PowerShell", Message: "HostApplication", Data: null }],
    ["a type of its own", { EventID: 13, Channel: "Microsoft-Windows-Sysmon/Operational", EventType: "INFO" }],
    ["Sysmon on Linux", { EventID: 1, Channel: "Linux-Sysmon/Operational", CommandLine: "id" }],
    ["numbers and words", { ...FLAT, Number: 1.5, Other: true, Nothing: null, Keywords: -(2 ** 63) }],
    ["lists", { ...FLAT, List: ["a", "b"], Empty: [], Nulls: [null], Escaped: ['"1', "\\"] }],
  ])("%s has the verdict of parsing it", (_, event) => {
    const text = Buffer.from(JSON.stringify(event));
    expect(fromText(text)).toEqual(fromParser(text).hits);
    expect(fromText(text)).toBeDefined();
  });

  test.each<[string, string]>([
    [
      "a type that Sysmon writes and a shipper left out",
      '{"EventID":13,"Channel":"Microsoft-Windows-Sysmon/Operational"}',
    ],
    ["an id as text", '{"EventID":"13","Channel":"Security"}'],
    ["an id that is no whole number", '{"EventID":13.0,"Channel":"Security"}'],
    ["no channel", '{"EventID":13,"SourceName":"Sysmon"}'],
    ["a dash for a channel", '{"EventID":13,"Channel":"-","SourceName":"Microsoft-Windows-Sysmon"}'],
    ["a provider that is a number", '{"EventID":13,"Channel":"Security","SourceName":12}'],
    ["a name with a space", '{"EventID":13,"Channel":"Security","Some Name":"x"}'],
    ["a number beyond all", '{"EventID":13,"Channel":"Security","Number":1e400}'],
    ["a list with numbers", '{"EventID":13,"Channel":"Security","List":["a",1e400]}'],
    [
      "a list that is longer than what is kept",
      `{"EventID":13,"Channel":"Security","List":[${'"a",'.repeat(256)}"b"]}`,
    ],
    [
      "more fields than are kept",
      `{"EventID":13,"Channel":"Security",${Array.from({ length: 511 }, (_, n) => `"f${n}":1`)}}`,
    ],
    ["an object of another kind", '{"kind":"x","CommandLine":"whoami"}'],
  ])("%s is left to the parser", (_, text) => expect(fromText(Buffer.from(text))).toBeUndefined());

  it("has the verdict of parsing it, or is left to the parser, whatever it says", () => {
    const scalar = fc.oneof(
      fc.constantFrom<unknown>(
        "",
        "-",
        "WS-01",
        "Sysmon",
        "HostApplication",
        "SetValue",
        "whoami",
        "\u0000",
        "é\u212a",
        "\ud800",
      ),
      fc.constantFrom<unknown>(null, true, 0, 1, 1.5, -1, 13, 1e21, 12),
      fc.constantFrom<unknown>(["a", "b"], [], [null], ["a", 1], ["a,", '"'], { a: "b" }),
    );
    const channel = fc.constantFrom<unknown>(
      "Security",
      "Application",
      "Windows PowerShell",
      "Microsoft-Windows-Sysmon/Operational",
      "Linux-Sysmon/Operational",
      "MICROSOFT-WINDOWS-SYSMON/OPERATIONAL",
      "Other",
    );
    const id = fc.constantFrom<unknown>(0, 1, 13, 17, 18, 400, 4688, "13", "0x10", -1, 13.5, null, 1e15);
    const name = fc.constantFrom(
      ...[
        "Computer",
        "computer",
        "Hostname",
        "MachineName",
        "Provider_Name",
        "SourceName",
        "ProviderName",
        "EventSourceName",
      ],
      ...[
        "Data",
        "Message",
        "EventType",
        "LogName",
        "Id",
        "CommandLine",
        "Some Name",
        "Number",
        "List",
        "Event",
        "winlog",
      ],
    );
    const event = fc
      .tuple(fc.option(id), fc.option(channel), fc.array(fc.tuple(name, scalar), { maxLength: 8 }), fc.boolean())
      .map(([EventID, Channel, rest, isLast]) => {
        const own = { ...(EventID !== null && { EventID }), ...(Channel !== null && { Channel }) };
        return isLast ? { ...Object.fromEntries(rest), ...own } : { ...own, ...Object.fromEntries(rest) };
      });
    let taken = 0;
    fc.assert(
      fc.property(event, fc.constantFrom("", " ", "\r"), (one, end) => {
        const text = Buffer.from(JSON.stringify(one) + end);
        const quick = fromText(text);
        if (quick === undefined) return;
        taken += 1;
        expect({ hits: quick, problem: "" }).toEqual(fromParser(text));
      }),
      { numRuns: 4_000 },
    );
    expect(taken).toBeGreaterThan(200);
  });
});

describe("A line whose encoding is guessed", () => {
  it("is looked at as UTF-8 too, so that a stray byte hides nothing", () => {
    const keyword = { logsource: { product: "linux" }, detection: { k: ["whoami"], condition: "k" } };
    const found: string[] = [];
    const hunter = new Hunter({
      rules: compileRules([{ origin: "t", text: JSON.stringify({ title: "t", id: "t", ...keyword }) }]),
      wanted: {},
      nowMs: 0,
      onFound: ({ record }) => found.push(`${record}`),
      onBase: () => {},
      onProblem: () => {},
    });
    const lines = ["x\x81whoami", "x whoami", "x\x81who"];
    for (const [record, text] of lines.entries())
      hunter.line(Buffer.from(`<38>Nov 20 09:00:01 web sh: ${text}`, "latin1"), { file: "f", record });
    expect(found).toEqual(["0", "1"]);
  });
});
