import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseLine } from "../testing.ts";
import { splitCsv } from "./csv.ts";
import { readEndpoints } from "./endpoints.ts";
import { SAMPLES } from "./samples.ts";

describe("Firewalls and routers", () => {
  test.each(SAMPLES.map((sample) => [sample.format, sample.name, sample] as const))(
    "%s: %s",
    (_, _name, { line, told }) => {
      const { hot, problem } = parseLine(line);
      expect(problem).toBe("");
      expect([hot.dataset, hot.category, hot.who, hot.where_from, hot.what, hot.did_what]).toEqual(told);
    },
  );

  it("take their time from the line, with the device's zone", () => {
    const times = (line: string): number => parseLine(line, { timeZone: "Asia/Tokyo" }).timeMs;
    const local = Date.UTC(2026, 10, 23, 1);
    expect(times("1,2026/11/23 10:00:00,0,SYSTEM,general,0,2026/11/23 10:00:00,,x,,0,0,general,low,hello")).toBe(local);
    expect(times('id=firewall sn=0017C5000001 time="2026-11-23 10:00:00" fw=192.0.2.1 pri=6 c=1 m=98 msg="x"')).toBe(
      local,
    );
    expect(
      times('id=firewall sn=0017C5000001 time="2026-11-23 10:00:00 UTC" fw=192.0.2.1 pri=6 c=1 m=98 msg="x"'),
    ).toBe(Date.UTC(2026, 10, 23, 10));
  });

  it("read PAN-OS behind an ISO time and a host without PRI", () => {
    const event = parseLine(
      "2026-11-23T10:00:00Z pa1 1,2026/11/23 10:00:00,0,SYSTEM,general,0,2026/11/23 10:00:00,,x,,0,0,general,low,hello",
    );
    expect([event.hot.dataset, event.hot.host_name, event.hot.event_severity]).toEqual(["panos.system", "pa1", 3]);
  });

  it("keep columns of a PAN-OS type or version that is not known", () => {
    const event = parseLine("1,2026/11/23 10:00:00,001801000001,NEWTYPE,sub,0,2026/11/23 10:00:00,alpha,,beta");
    expect({ ...event.fields }).toMatchObject({ type: "NEWTYPE", column_7: "alpha", column_9: "beta" });
  });

  it("fill ports, bytes, rule and transport", () => {
    const [traffic] = SAMPLES;
    expect(parseLine(traffic?.line ?? "").hot).toMatchObject({
      source_port: 51000,
      destination_port: 443,
      source_bytes: 2000,
      destination_bytes: 7000,
      network_transport: "tcp",
      rule_name: "web-out",
      observer_name: "pa-hq",
    });
  });

  test.each([
    ["without its PRI", "1 2026-11-23T10:00:00Z gw1 app 7 - - hello", "syslog", "gw1"],
    ["whose relay wrote the sender twice", "Nov 23 10:00:00 gw1 gw1 sshd[9]: Connection closed", "linux.sshd", "gw1"],
    [
      "of the kernel's own audit",
      'Nov 23 10:00:00 gw1 kernel: [ 11.103248] audit: type=1400 audit(1795428000.177:2): apparmor="DENIED" operation="open" pid=9 comm="sh"',
      "linux.auditd",
      "gw1",
    ],
    [
      "that nobody can read, in front of PAN-OS",
      "Nov 00 10:00:00 pa1 1,2026/11/23 10:00:00,0,SYSTEM,general,0,2026/11/23 10:00:00,,x,,0,0,general,low,hello",
      "panos.system",
      "",
    ],
    ["that is not there, in front of ASA", "%ASA-2-106001: Inbound TCP connection denied", "cisco.asa", ""],
    ["that took CEF for its tag", "0|Acme|Wall|1.0|100|Closed|5|src=10.1.2.3 dst=203.0.113.9", "cef.wall", ""],
  ])("are read behind an envelope %s", (_, line, dataset, host) => {
    const { hot } = parseLine(line);
    expect([hot.dataset, hot.host_name]).toEqual([dataset, host]);
  });

  test.each([
    ["TRAFFIC", "proto", "tcp"],
    ["TRAFFIC", "device_name", "pa-hq"],
    ["DECRYPTION", "sni", "www.example.com"],
    ["DECRYPTION", "tls_version", "TLS1.2"],
    ["TUNNEL", "severity", "informational"],
    ["CORRELATION", "objectname", "Beacon Detection"],
    ["GLOBALPROTECT", "portal", "gw-tokyo"],
  ])("name PAN-OS's columns: %s has %s", (type, name, value) => {
    const line = SAMPLES.find((sample) => sample.line.includes(`,${type},`))?.line ?? "";
    const { fields } = parseLine(line);
    expect(fields[name]).toBe(value);
    expect(fields.constructor).toBeUndefined();
  });

  test.each([
    ["430001", "SrcIP: 10.1.2.3, DstIP: 203.0.113.9, InlineResult: Would have dropped", "attack-detected"],
    ["430001", "SrcIP: 10.1.2.3, DstIP: 203.0.113.9, InlineResult: Dropped", "attack-blocked"],
    ["430005", "FileAction: Malware Cloud Lookup, SHA_Disposition: Unavailable, FileName: a.exe", "file-transferred"],
    ["430005", "FileAction: Malware Cloud Lookup, SHA_Disposition: Malware, FileName: a.exe", "malware-detected"],
    ["430005", "FileAction: Malware Block, SHA_Disposition: Malware, FileName: a.exe", "malware-blocked"],
  ])("tell what FTD did, not what it would have done: %s %s", (code, text, did) => {
    expect(parseLine(`<113>Nov 23 10:00:00 ftd1 %FTD-1-${code}: ${text}`).hot.did_what).toBe(did);
  });

  it("take a pinned Yamaha router at its word", () => {
    expect(parseLine("something new", { format: "yamaha" })).toMatchObject({
      problem: "",
      logsource: { product: "yamaha" },
    });
    expect(parseLine("something new").problem).toBe("unrecognized");
  });

  test.each([
    ["a word that only looks like a Yamaha router's", "<38>Nov 23 10:00:00 srv1 Login failed for user 'sa'", "syslog"],
    ["pairs between pipes", "time=2026-11-23T10:00:00Z|action=allow|user=a|src=10.1.2.3", "keyvalue"],
    [
      "a firewall's line that somebody typed into a form",
      "<13>Nov 23 10:00:00 srv1 app[9]: unknown user %ASA-2-106001: Inbound TCP connection denied from 10.1.2.3/1 to 10.1.2.4/2",
      "syslog",
    ],
    ["numbers with commas", "1,2,3,4,5,6,7,8,9", "raw"],
  ])("leave alone %s", (_, line, dataset) => {
    const { hot } = parseLine(line);
    expect(hot.dataset === dataset || hot.dataset === "raw").toBe(true);
  });
});

describe("A line's parts", () => {
  test.each([
    ["a,b,,c", ["a", "b", "", "c"]],
    ['"a,b",c', ["a,b", "c"]],
    ['"a ""b""",c', ['a "b"', "c"]],
    ['a,"never ends, this', ["a", "never ends, this"]],
    ["", [""]],
    ["a,", ["a", ""]],
  ])("%s", (text, columns) => {
    expect(splitCsv(text)).toEqual(columns);
  });

  test.each([
    ["outside:192.0.2.1/80", { ip: "192.0.2.1", port: 80, zone: "outside" }],
    ["outside/192.0.2.1(80)", { ip: "192.0.2.1", port: 80, zone: "outside" }],
    ["<192.0.2.1>,", { ip: "192.0.2.1", port: 0 }],
    ["192.0.2.1/1(LOCAL\\sato)", { ip: "192.0.2.1", port: 1, note: "LOCAL\\sato" }],
    ["inside:2001:db8::1/443", { ip: "2001:db8::1", port: 443, zone: "inside" }],
    ["2001:db8::1.443", { ip: "2001:db8::1", port: 443 }],
    ["inside:mail-1/25", { ip: "", host: "mail-1", port: 25 }],
    ["2(192.0.2.1)", { ip: "192.0.2.1" }],
  ])("%s", (text, end) => {
    expect(readEndpoints(text)[0]).toMatchObject(end);
  });
});

describe("Hostile lines of firewalls", () => {
  const anyLine = fc.constantFrom(...SAMPLES.map(({ line }) => line));
  const put = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom('"', ",", ": ", "->", "=", "(", "[", "\\", "%", "|", ";", "\0"),
  );

  it("never throw, and answer with strings and numbers in range", () => {
    fc.assert(
      fc.property(anyLine, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), put, (line, where, cut, text) => {
        const start = Math.floor(where * line.length);
        const { hot } = parseLine(line.slice(0, start) + text + line.slice(start + cut));
        expect(hot.source_port >= 0 && hot.source_port <= 65_535).toBe(true);
        expect(hot.did_what).toBe(hot.event_action);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(SAMPLES.map(({ format, name, line }) => [format, name, line] as const))(
    "%s, %s: long runs of its own marks are read to the end",
    (_, _name, line) => {
      for (const mark of ['"', ",", ": ", "-> ", "=", "(", " ", 'a:"', "A: ", "user ", "10.1.2.3/1 "]) {
        const half = Math.floor(line.length / 2);
        const event = parseLine(line.slice(0, half) + mark.repeat(50_000) + line.slice(half));
        expect(event.hot.dataset).not.toBe("");
      }
    },
  );
});
