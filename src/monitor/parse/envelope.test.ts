import { describe, expect, it, test } from "vitest";
import { createParser } from "./index.ts";

const parser = createParser();
const HINTS = { format: "auto", transport: "hec", peer: "10.0.0.1", receivedAtMs: 1_800_000_000_000 };
const parse = (line: string, envelope?: Record<string, unknown>) =>
  parser.parse(Buffer.from(line), { ...HINTS, ...(envelope && { envelope }) });

const NGINX = '203.0.113.9 - taro [10/Oct/2026:13:55:36 +0900] "GET /login HTTP/1.1" 401 12 "-" "curl/8.5.0"';
const SSHD = "Oct 10 13:55:36 bastion sshd[812]: Failed password for root from 198.51.100.7 port 40022 ssh2";

describe("What Splunk's senders put around an event", () => {
  it("gives a line its host and its time when it has none, under names of their own", () => {
    const event = parse("something happened", { host: "web01", source: "/var/log/x", sourcetype: "app", time: 1.7e9 });
    expect(event.timeMs).toBe(1_700_000_000_000);
    expect(event.hot).toMatchObject({ host_name: "web01", where_from: "web01", message: "something happened" });
    expect(event.fields).toMatchObject({ "splunk.sourcetype": "app", "splunk.source": "/var/log/x" });
  });

  it("never overrules what the line says itself", () => {
    const event = parse(SSHD, { host: "relay", time: "1700000000.5" });
    expect(event.hot).toMatchObject({ host_name: "bastion", source_ip: "198.51.100.7", did_what: "logon-failed" });
    expect(event.timeMs).toBe(Date.parse("2026-10-10T13:55:36Z"));
    expect(event.fields["splunk.host"]).toBe("relay");
  });

  test.each([
    ["seconds", 1_700_000_000, 1_700_000_000_000],
    ["a fraction", 1_700_000_000.25, 1_700_000_000_250],
    ["text", "1700000000.25", 1_700_000_000_250],
  ])("has its time in %s", (_, time, expected) => {
    expect(parse("x y", { time }).timeMs).toBe(expected);
  });

  it("has fields, which fill columns, and of which none is a prototype's", () => {
    const fields = JSON.parse('{"src_ip":"203.0.113.9","user":"taro","__proto__":{"x":"y\\u0000"}}');
    const event = parse("something happened", { fields });
    expect(event.hot).toMatchObject({ source_ip: "203.0.113.9", user_name: "taro", where_from: "203.0.113.9" });
    expect(event.fields["__proto__.x"]).toBe("y\ufffd");
  });
});

describe("An OpenTelemetry log record", () => {
  const record = (more: object): string =>
    JSON.stringify({
      timeUnixNano: "1700000000123456789",
      severityNumber: 17,
      severityText: "ERROR",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      resource: { "service.name": "checkout", "host.name": "web01" },
      scope: { name: "shop" },
      ...more,
    });

  it("answers by the semantic conventions", () => {
    const event = parse(
      record({ body: "payment refused", attributes: { "client.address": "203.0.113.9", "enduser.id": "taro" } }),
    );
    expect(event.timeMs).toBe(1_700_000_000_123);
    expect(event.problem).toBe("");
    expect(event.hot).toMatchObject({
      dataset: "otel",
      service_name: "checkout",
      host_name: "web01",
      source_ip: "203.0.113.9",
      user_name: "taro",
      who: "taro",
      where_from: "203.0.113.9",
      with_what: "checkout",
      what: "payment refused",
      message: "payment refused",
      log_level: "error",
      event_severity: 7,
    });
    expect(event.fields).toMatchObject({
      "trace.id": "0af7651916cd43dd8448eb211c80319c",
      "span.id": "b7ad6b7169203331",
    });
  });

  test.each([
    [
      "nginx",
      NGINX,
      { source_ip: "203.0.113.9", did_what: "http-request", host_name: "web01" },
      Date.parse("2026-10-10T13:55:36+09:00"),
    ],
    [
      "sshd",
      SSHD,
      { source_ip: "198.51.100.7", did_what: "logon-failed", host_name: "bastion" },
      Date.parse("2026-10-10T13:55:36Z"),
    ],
  ])("around a line of %s is read as the line, and fills what it leaves open", (_, body, expected, atMs) => {
    const event = parse(record({ body }));
    expect(event.hot).toMatchObject({ ...expected, service_name: "checkout" });
    expect(event.timeMs).toBe(atMs);
  });

  test.each([
    ["its own time first", { observedTimeUnixNano: "1800000000000000000" }, 1_700_000_000_123],
    [
      "the time it was seen, when it has none",
      { timeUnixNano: "0", observedTimeUnixNano: "1700000001000000000" },
      1_700_000_001_000,
    ],
  ])("has %s", (_, more, expected) => {
    expect(parse(record({ body: "x y", ...more })).timeMs).toBe(expected);
  });

  test.each([
    ["a body alone", { body: "x y" }, { message: "x y" }, ""],
    ["no body", { attributes: { "client.address": "203.0.113.9" } }, { source_ip: "203.0.113.9" }, ""],
    ["a body of the source's format", { body: NGINX }, { source_ip: "203.0.113.9", did_what: "http-request" }, "nginx"],
    ["a body of JSON that looks like a record", { body: '{"body":"x","attributes":{"a":1}}' }, {}, ""],
  ])("that the receiver took is one without a time too: %s", (_, kept, expected, pinned) => {
    const hints = { ...HINTS, transport: "otlp", format: pinned || "auto" };
    const event = parser.parse(Buffer.from(JSON.stringify({ ...kept, resource: { "service.name": "shop" } })), hints);
    expect(event.problem).toBe("");
    expect(event.hot).toMatchObject({ ...expected, service_name: "shop" });
  });

  it("has no trace where its ids are zeros", () => {
    const event = parse(record({ body: "x y", traceId: "0".repeat(32), spanId: "0".repeat(16) }));
    expect(Object.keys(event.fields)).not.toContain("trace.id");
  });

  it("with a map as body has its members as fields", () => {
    const event = parse(record({ body: { user: { name: "hanako" }, n: 1 } }));
    expect(event.fields).toMatchObject({ "user.name": "hanako", n: 1 });
    expect(event.hot.who).toBe("hanako");
  });

  test.each([
    [1, 1],
    [5, 1],
    [9, 2],
    [13, 5],
    [17, 7],
    [21, 8],
  ])("of severity number %d has severity %d", (severityNumber, expected) => {
    expect(parse(record({ body: "x y", severityNumber })).hot.event_severity).toBe(expected);
  });
});
