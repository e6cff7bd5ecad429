import { describe, expect, it, test } from "vitest";
import type { Fields, LogSource } from "../../event/index.ts";
import { compileRules } from "../index.ts";
import { fieldsOf, LINUX, ruleText, select } from "./try-rule.ts";

const compile = (...texts: string[]) => compileRules(texts.map((text, index) => ({ text, origin: `${index}.yml` })));
const source = (product: string, category = "", service = ""): LogSource => ({ product, category, service });

describe("What a rule says of itself", () => {
  it("is there for every match", () => {
    const text = ruleText(select({ "Image|endswith": "x", "a|fieldref": "b" }), {
      id: "11111111-2222-4333-8444-555555555555",
      status: "test",
      level: "High",
      author: "Somebody",
      description: " What it is ",
      references: ["https://example.org"],
      falsepositives: "Admins",
      tags: [
        "attack.credential-access",
        "attack.defense_evasion",
        "attack.t1003.001",
        "attack.g0007",
        "attack.s0002",
        "cve.2020-1",
      ],
      logsource: { Product: "x", product: "Windows", category: "process_creation", definition: "y" },
    });
    expect(compile(text).rules).toEqual([
      {
        facts: {
          id: "11111111-2222-4333-8444-555555555555",
          title: "A rule",
          level: "high",
          author: "Somebody",
          tactics: ["credential-access", "defense-evasion"],
          techniques: ["T1003.001"],
        },
        name: "",
        status: "test",
        description: "What it is",
        references: ["https://example.org"],
        falsePositives: ["Admins"],
        logsource: source("windows", "process_creation"),
        origin: "0.yml",
        fields: ["Image", "a", "b"],
        alerts: true,
      },
    ]);
  });

  test.each([
    ["its name", { name: "my_rule" }, "my_rule"],
    ["its title", {}, "a-rule"],
  ])("without an id it is known by %s", (_, more, id) => {
    expect(compile(ruleText(select({ a: 1 }), more)).rules[0]?.facts.id).toBe(id);
  });

  it("without a level it is medium", () => {
    expect(compile(ruleText(select({ a: 1 }))).rules[0]?.facts.level).toBe("medium");
  });
});

describe("Two rules with one id", () => {
  it("the last one stays and the first is listed as replaced", () => {
    const [first, second] = [1, 2].map((a) => ruleText(select({ a }), { id: "same", title: `Rule ${a}` }));
    const rules = compile(first ?? "", second ?? "");
    expect(rules.rules.map((rule) => rule.facts.title)).toEqual(["Rule 2"]);
    expect(rules.replaced).toEqual([{ id: "same", title: "Rule 1", origin: "0.yml", by: "1.yml" }]);
    expect(rules.match({ fields: fieldsOf({ a: 1 }), logsource: LINUX })).toEqual([]);
    expect(rules.match({ fields: fieldsOf({ a: 2 }), logsource: LINUX })).toEqual([0]);
  });
});

describe("A rule applies to its log source", () => {
  const fires = (logsource: object, event: LogSource, fields: Fields = {}) =>
    compile(ruleText(select({ a: 1 }), { logsource })).match({
      fields: fieldsOf({ a: 1, ...fields }),
      logsource: event,
    }).length === 1;
  const SYSMON = "Microsoft-Windows-Sysmon/Operational";
  test.each([
    ["the product alone", { product: "linux" }, source("linux", "", "sshd"), {}, true],
    ["another product", { product: "macos" }, source("linux"), {}, false],
    ["the category alone, of any product", { category: "webserver" }, source("apache", "webserver"), {}, true],
    ["the service alone", { service: "apache" }, source("apache", "webserver", "apache"), {}, true],
    ["product and service", { product: "linux", service: "auditd" }, source("linux", "", "sshd"), {}, false],
    ["capitals in the rule", { product: "Linux" }, source("linux"), {}, true],
    ["an event of no known source", { product: "linux" }, source(""), {}, false],
    [
      "a 4688 as process creation",
      { product: "windows", category: "process_creation" },
      source("windows", "", "security"),
      { Channel: "Security", EventID: 4688 },
      true,
    ],
    [
      "a 4688 as a security event",
      { product: "windows", service: "security" },
      source("windows", "process_creation", "security"),
      { Channel: "Security", EventID: 4688 },
      true,
    ],
    [
      "a Sysmon 13 as a registry event",
      { product: "windows", category: "registry_event" },
      source("windows", "registry_set", "sysmon"),
      { Channel: SYSMON, EventID: "13" },
      true,
    ],
    [
      "a Sysmon 13 as an added key",
      { product: "windows", category: "registry_add" },
      source("windows", "registry_set", "sysmon"),
      { Channel: SYSMON, EventID: 13 },
      false,
    ],
    [
      "a deleted key as deleted",
      { product: "windows", category: "registry_delete" },
      source("windows", "registry_event", "sysmon"),
      { Channel: SYSMON, EventID: 12, EventType: "DeleteKey" },
      true,
    ],
    [
      "a deleted key as added",
      { product: "windows", category: "registry_add" },
      source("windows", "registry_event", "sysmon"),
      { Channel: SYSMON, EventID: 12, EventType: "DeleteKey" },
      false,
    ],
    [
      "a Windows event without a channel, as its parser says",
      { product: "windows", category: "process_creation" },
      source("windows", "process_creation"),
      {},
      true,
    ],
  ])("%s", (_, logsource, event, fields, expected) => expect(fires(logsource, event, fields as Fields)).toBe(expected));

  it("and to the event ids it names, even among events of one source", () => {
    const rules = compile(
      ruleText(select({ EventID: [1, 2] })),
      ruleText(select({ EventID: 3 }), { title: "Three" }),
      ruleText({ s: { EventID: 1 }, condition: "not s" }, { title: "Not one" }),
    );
    const hits = (id: number | string) => rules.match({ fields: fieldsOf({ EventID: id }), logsource: LINUX });
    expect([hits(1), hits("2"), hits(3), hits(4)]).toEqual([[0], [0, 2], [1, 2], [2]]);
    expect(rules.match({ fields: fieldsOf({ x: 1 }), logsource: LINUX })).toEqual([2]);
  });
});

describe("A field is found under its other names", () => {
  const sees = (logsource: object, event: LogSource, field: string, fields: Fields) =>
    compile(ruleText(select({ [field]: "x" }), { logsource })).match({ fields: fieldsOf(fields), logsource: event })
      .length === 1;
  const creation = { product: "windows", category: "process_creation" };
  const web = { category: "webserver" };
  test.each([
    ["Windows' own audit", creation, source("windows", "process_creation"), "Image", { NewProcessName: "x" }],
    ["Winlogbeat", creation, source("windows", "process_creation"), "Image", { "winlog.event_data.Image": "x" }],
    ["ECS", creation, source("windows", "process_creation"), "CommandLine", { "process.command_line": "x" }],
    [
      "auditd",
      { product: "linux", category: "process_creation" },
      source("linux", "process_creation"),
      "Image",
      { exe: "x" },
    ],
    ["ECS on the web", web, source("nginx", "webserver"), "cs-uri-query", { "url.query": "x" }],
    ["a proxy's host", { category: "proxy" }, source("squid", "proxy"), "r-dns", { "cs-host": "x" }],
    [
      "a firewall's address",
      { category: "firewall" },
      source("fortigate", "firewall"),
      "dst_ip",
      { "destination.ip": "x" },
    ],
    ["DNS", { category: "dns" }, source("zeek", "dns", "dns"), "query", { QueryName: "x" }],
  ])("%s", (_, logsource, event, field, fields) =>
    expect(sees(logsource, event, field, fields as unknown as Fields)).toBe(true),
  );

  it("its own name comes first", () => {
    expect(sees(creation, source("windows", "process_creation"), "Image", { NewProcessName: "x", Image: "y" })).toBe(
      false,
    );
  });
});

describe("What rules cost", () => {
  it("is counted on one event in so many, with the clock given", () => {
    let now = 0;
    const nowNs = () => {
      now += 100;
      return now;
    };
    const texts = [ruleText(select({ "a|contains": "needle" })), ruleText(select({ b: 1 }), { title: "Other" })];
    const rules = compileRules(
      texts.map((text) => ({ text, origin: "x" })),
      { costs: { every: 2, nowNs } },
    );
    for (let i = 0; i < 10; i++)
      rules.match({ fields: fieldsOf({ a: i < 5 ? "needle" : "a needle" }), logsource: LINUX });
    expect(rules.costs()).toEqual([{ rule: 0, runs: 5, hits: 5, totalNs: 500 }]);
  });

  it("is nothing unless asked for", () => {
    const rules = compile(ruleText(select({ a: 1 })));
    rules.match({ fields: fieldsOf({ a: 1 }), logsource: LINUX });
    expect(rules.costs()).toEqual([]);
  });
});

describe("A rule that any event may fire", () => {
  test.each([
    ["b|startswith", ["0x", "q"]],
    ["b|startswith", ["", "q"]],
    ["b|endswith", ["ff", "q"]],
    ["b|contains", ["", "long text"]],
    ["b", ["0xff", "q"]],
    ["b", ["*", "q"]],
  ])("is still found when it also asks for %s %j", (field, values) => {
    const rules = compile(ruleText({ a: { "|re": "k$" }, s: { [field]: values }, condition: "a and s" }));
    const hits = (fields: Fields) => rules.match({ fields: fieldsOf(fields), logsource: LINUX });
    expect([hits({ a: ",k", b: "0xff" }), hits({ a: ",k" }), hits({ b: "0xff" })]).toEqual([[0], [], []]);
  });
});

describe("An event of any shape", () => {
  it("leaves nothing behind for the next", () => {
    const rules = compile(ruleText(select({ a: 1 })), ruleText({ s: { a: 1 }, condition: "not s" }, { title: "Not" }));
    const hits = (fields: Fields) => rules.match({ fields: fieldsOf(fields), logsource: LINUX });
    expect([hits({ a: 1 }), hits({}), hits({ a: 2 }), hits({ a: 1 })]).toEqual([[0], [1], [1], [0]]);
  });

  it("may come as a plain object, and with thousands of names", () => {
    const rules = compile(ruleText(select({ a: 1 })));
    const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`x${index}`, index]));
    expect(rules.match({ fields: { ...wide, a: 1 }, logsource: LINUX })).toEqual([0]);
  });
});
