import { describe, expect, it, test } from "vitest";
import { answersOf, parseLine } from "./testing.ts";

const forti = (rest: string): string =>
  `<189>date=2026-11-23 time=19:00:00 devname="FG1" devid="FGT60" tz="+0900" logid="0000000013" vd="root" level="notice" ${rest}`;

describe("FortiGate", () => {
  test.each([
    [
      "traffic",
      'type="traffic" subtype="forward" srcip=10.1.2.3 srcport=1234 dstip=203.0.113.9 dstport=443 proto=6 action="close" service="HTTPS" user="sato"',
      ["fortigate", "firewall", "traffic"],
      {
        when: "2026-11-23T10:00:00.000Z",
        who: "sato",
        from: "10.1.2.3",
        with: "HTTPS",
        what: "203.0.113.9:443",
        did: "connection-allowed",
      },
    ],
    [
      "denied traffic",
      'type="traffic" subtype="forward" srcip=10.1.2.3 dstip=203.0.113.9 dstport=23 proto=6 action="deny" service="TELNET"',
      ["fortigate", "firewall", "traffic"],
      { from: "10.1.2.3", what: "203.0.113.9:23", did: "connection-denied" },
    ],
    [
      "a blocked page",
      'type="utm" subtype="webfilter" action="blocked" srcip=10.1.2.3 dstip=203.0.113.9 dstport=443 service="HTTPS" hostname="bad.example.com" url="/x y" agent="curl/8"',
      ["fortigate", "proxy", "utm"],
      { from: "10.1.2.3", with: "curl/8", what: "https://bad.example.com/x y", did: "http-request-denied" },
    ],
    [
      "a DNS question",
      'type="utm" subtype="dns" eventtype="dns-query" action="pass" srcip=10.1.2.3 qname="www.example.com" qtype="A"',
      ["fortigate", "dns", "utm"],
      { from: "10.1.2.3", what: "www.example.com", did: "dns-query" },
    ],
    [
      "an administrator's failure",
      'type="event" subtype="system" logdesc="Admin login failed" user="admin" ui="https(203.0.113.9)" action="login" status="failed" msg="Administrator admin login failed"',
      ["fortigate", "", "event"],
      { who: "admin", from: "203.0.113.9", did: "logon-failed" },
    ],
    [
      "a change",
      'type="event" subtype="system" logdesc="Attribute configured" user="admin" ui="GUI(10.1.2.3)" action="Edit" cfgpath="firewall.policy" cfgobj="7"',
      ["fortigate", "", "event"],
      { who: "admin", from: "10.1.2.3", what: "firewall.policy", did: "configuration-changed" },
    ],
  ])("reads %s", (_, rest, [product, category, service], expected) => {
    const event = parseLine(forti(rest));
    expect(event.problem).toBe("");
    expect(event.logsource).toEqual({ product, category, service });
    expect(answersOf(event)).toMatchObject(expected);
  });

  it("prefers eventtime, which is UTC, over the local date", () => {
    const event = parseLine(
      forti('eventtime=1795999999586000000 type="traffic" subtype="local" srcip=10.1.2.3 dstip=10.1.2.4'),
    );
    expect(answersOf(event).when).toBe("2026-11-30T00:53:19.586Z");
  });

  it("uses the source's zone when the device tells none", () => {
    const line = 'date=2026-11-23 time=19:00:00 devname="FG1" logid="1" type="event" subtype="system" msg="x"';
    expect(answersOf(parseLine(line, { timeZone: "Asia/Tokyo" })).when).toBe("2026-11-23T10:00:00.000Z");
  });
});

describe("Other key=value lines", () => {
  it("reads logfmt", () => {
    const event = parseLine(
      'time=2026-11-23T10:00:00Z level=warn msg="slow \\"query\\"" user=sato src=10.1.2.3 duration=20.5',
    );
    expect({ ...event.fields }).toMatchObject({ msg: 'slow "query"', duration: "20.5", user: "sato" });
    expect(answersOf(event)).toMatchObject({ when: "2026-11-23T10:00:00.000Z", who: "sato", from: "10.1.2.3" });
    expect(event.hot.log_level).toBe("warning");
  });

  it("does not take a duration called time for an epoch", () => {
    const event = parseLine("time=20.017 host=a user=b status=ok");
    expect([event.timeMs, event.problem]).toEqual([Number.NaN, ""]);
  });

  it("wants three pairs before it believes in them, unless the source is pinned", () => {
    expect(parseLine("a=1 and nothing else").problem).toBe("unrecognized");
    expect(Object.keys(parseLine("a=1 and nothing else").fields)).toEqual(["message"]);
    expect(parseLine("a=1", { format: "keyvalue" }).fields.a).toBe("1");
  });
});
