import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { secretsIn } from "../http/credentials.ts";
import { versionFor } from "./client-version.ts";
import { parseFilterPath, project } from "./filter-path.ts";
import { parseBulk } from "./parse-bulk.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const parse = (body: string | Buffer, maxDocumentBytes = 1_000) =>
  [...parseBulk(Buffer.from(body), { defaultIndex: "", maxDocumentBytes })].map(({ action, ...item }) => ({
    ...action,
    outcome: item.problem === undefined ? item.document.toString() : item.problem.status,
  }));

describe("The Elasticsearch version that a client is told", () => {
  test.each([
    ["Filebeat 8", "Elastic-Filebeat/8.15.1 (linux; amd64; 88cc526a; 2024-09-02)", "8.15.1"],
    ["Filebeat 7", "Elastic-filebeat/7.17.22 (linux; amd64; abc; 2024-01-01)", "7.17.22"],
    ["Winlogbeat 9", "Elastic-Winlogbeat/9.0.1 (windows; amd64; x; 2025-05-01)", "9.0.1"],
    ["an older Beat", "Filebeat/7.10.2 (linux; amd64)", "7.10.2"],
    ["Logstash", "Logstash/8.12.0 (OS=Linux-5.15; JVM=Java) logstash-output-elasticsearch/11.22.3", "8.12.0"],
    ["the Python client", "elasticsearch-py/8.11.0 (Python/3.12; elastic-transport/8.10.0)", "8.11.0"],
    ["the Go client", "go-elasticsearch/8.9.0 (linux amd64; Go 1.21)", "8.9.0"],
    ["Fluent Bit", "Fluent-Bit", "8.19.0"],
    ["Vector, whose own version means nothing here", "Vector/0.39.0 (x86_64-unknown-linux-gnu)", "8.19.0"],
    ["curl", "curl/8.5.0", "8.19.0"],
    ["a version of the far future", "Elastic-Filebeat/123.4.5", "8.19.0"],
    ["nobody", undefined, "8.19.0"],
  ])("is right for %s", (_, userAgent, version) => {
    expect(versionFor(userAgent)).toBe(version);
  });

  it("is found in linear time, whatever the header says", () => {
    expect(versionFor(`${"elastic-".repeat(5_000)}/x`)).toBe("8.19.0");
  });
});

describe("A token in the Authorization header", () => {
  test.each([
    ["Basic, as the password", `Basic ${base64("yagura:tok:en")}`, ["tok:en", "yagura"]],
    ["Basic, as the user", `Basic ${base64("token:")}`, ["token"]],
    ["ApiKey, as its key", `ApiKey ${base64("id:token")}`, ["token", base64("id:token")]],
    ["ApiKey, as it is", "ApiKey yg_abc", ["yg_abc"]],
    ["Bearer", "bearer token", ["token"]],
    ["Splunk, as its forwarders write it", "Splunk token", ["token"]],
    ["another scheme", "Negotiate token", []],
    ["nothing", undefined, []],
    ["a header without end", `Bearer ${"x".repeat(100_000)}`, ["x".repeat(4_089)]],
  ])("is looked for in %s", (_, header, secrets) => {
    expect(secretsIn(header)).toEqual(secrets);
  });
});

describe("A _bulk body", () => {
  test.each([
    ["an action and its document", '{"index":{"_index":"a"}}\n{"x": 1}\n', [["index", "a", '{"x": 1}']]],
    ["no index at all", '{"create":{}}\n{}\n', [["create", "yagura", "{}"]]],
    ["Windows line ends and blank lines", '\r\n{"create":{}}\r\n{"x":1}\r\n\n', [["create", "yagura", '{"x":1}']]],
    ["no line end after the last document", '{"create":{}}\n{"x":1}', [["create", "yagura", '{"x":1}']]],
    [
      "a document that is no JSON, between two that are",
      '{"create":{}}\n{"a":1}\n{"create":{}}\n{"b":\n{"create":{}}\n{"c":3}\n',
      [
        ["create", "yagura", '{"a":1}'],
        ["create", "yagura", 400],
        ["create", "yagura", '{"c":3}'],
      ],
    ],
    ["a document that is no object", '{"create":{}}\n[1]\n', [["create", "yagura", 400]]],
    ["a document with a broken number", '{"create":{}}\n{"a":1e}\n', [["create", "yagura", 400]]],
    ["an action without a document", '{"create":{}}\n', [["create", "yagura", 400]]],
    [
      "updates and deletes",
      '{"update":{"_id":"1"}}\n{"doc":{}}\n{"delete":{"_id":"1"}}\n{"index":{}}\n{}\n',
      [
        ["update", "yagura", 400],
        ["delete", "yagura", 400],
        ["index", "yagura", "{}"],
      ],
    ],
    [
      "a broken action line, whose document goes with it",
      '{"create":\n{"a":1}\n{"create":{}}\n{"b":2}\n',
      [
        ["index", "yagura", 400],
        ["create", "yagura", '{"b":2}'],
      ],
    ],
    [
      "a stray line before an action",
      'garbage\n{"create":{}}\n{"b":2}\n',
      [
        ["index", "yagura", 400],
        ["create", "yagura", '{"b":2}'],
      ],
    ],
    ["a document above the limit", `{"create":{}}\n{"a":"${"x".repeat(1_000)}"}\n`, [["create", "yagura", 413]]],
    [
      "a key that other objects inherit",
      '{"create":{}}\n{"__proto__":{"a":1}}\n',
      [["create", "yagura", '{"__proto__":{"a":1}}']],
    ],
  ])("with %s", (_, body, items) => {
    expect(parse(body).map(({ operation, index, outcome }) => [operation, index, outcome])).toEqual(items);
  });

  it("gives back ids, and keeps bytes that are no UTF-8", () => {
    const body = Buffer.from('{"index":{"_id":7}}\n{"a":"\xff\xfe"}\n', "latin1");
    const [item] = [...parseBulk(body, { defaultIndex: "x", maxDocumentBytes: 100 })];
    expect(item?.action).toEqual({ operation: "index", index: "x", id: "7" });
    expect(item?.problem === undefined && item?.document.toString("latin1")).toBe('{"a":"\xff\xfe"}');
  });

  it("of any objects comes out byte for byte and in order", () =>
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 20 }), (objects) => {
        const documents = objects.map((object) => JSON.stringify(object));
        const body = documents.map((document) => `{"create":{"_index":"i"}}\n${document}\n`).join("");
        expect(parse(body, 1e6).map(({ outcome }) => outcome)).toEqual(documents);
      }),
    ));

  it("of hostile bytes never throws and never invents a document", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{"create":{}}', "\n", "{}", "\0", "{", '"', "\r", "[1]", "\xff", '{"delete":{}}')),
        (pieces) => {
          const body = Buffer.from(pieces.join(""), "latin1");
          for (const item of parseBulk(body, { defaultIndex: "", maxDocumentBytes: 100 })) {
            if (item.problem === undefined) expect(body.includes(item.document)).toBe(true);
          }
        },
      ),
    ));
});

describe("filter_path", () => {
  const answer = {
    took: 1,
    errors: true,
    items: [{ create: { status: 201 } }, { index: { status: 400, error: { type: "t" } } }],
  };
  test.each([
    ["errors", { errors: true }],
    ["errors,items.*.status", { errors: true, items: [{ create: { status: 201 } }, { index: { status: 400 } }] }],
    ["items.*.error", { items: [{ index: { error: { type: "t" } } }] }],
    ["items.*.err*.type", { items: [{ index: { error: { type: "t" } } }] }],
    ["nothing", undefined],
    ["took.deeper", undefined],
  ])("%s leaves what it names", (filter, left) => {
    expect(project(answer, parseFilterPath(filter) ?? [])).toEqual(left);
  });

  test.each([[""], ["-took"], ["**.status"], [undefined]])("%s asks for the whole answer", (filter) => {
    expect(parseFilterPath(filter)).toBeUndefined();
  });
});
