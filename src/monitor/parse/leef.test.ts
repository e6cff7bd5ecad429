import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { answersOf, parseLine } from "./testing.ts";

const leef = (attributes: readonly string[]): string => `LEEF:1.0|Acme|Wall|2.1|deny|${attributes.join("\t")}`;

describe("LEEF", () => {
  it("answers the six questions from its predefined attributes", () => {
    const event = parseLine(
      leef([
        "devTime=Nov 23 2026 10:00:00",
        "src=10.1.2.3",
        "srcPort=50000",
        "dst=203.0.113.9",
        "dstPort=22",
        "proto=TCP",
        "usrName=sato",
        "action=Deny",
        "sev=7",
      ]),
    );
    expect([event.problem, event.hot.dataset, event.logsource.category]).toEqual(["", "leef.wall", "firewall"]);
    expect([event.hot.event_severity, event.hot.event_code, event.hot.network_transport]).toEqual([7, "deny", "tcp"]);
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.000Z",
      who: "sato",
      from: "10.1.2.3",
      with: "tcp",
      what: "203.0.113.9:22",
      did: "connection-denied",
    });
  });

  test.each([
    ["a character", "^", "^"],
    ["a code", "x5E", "^"],
    ["a code as in C", "0x5E", "^"],
    ["nothing, which is a tab", "", "\t"],
  ])("2.0 names its delimiter as %s", (_, told, delimiter) => {
    const { fields } = parseLine(`LEEF:2.0|Acme|Wall|2|7|${told}|src=10.1.2.3${delimiter}msg=a b=c d`);
    expect({ ...fields }).toMatchObject({ vendor: "Acme", eventId: "7", src: "10.1.2.3", msg: "a b=c d" });
  });

  it("keeps a delimiter that stands in a value", () => {
    expect(parseLine("LEEF:2.0|A|W|2|7|^|msg=a^b^src=10.1.2.3").fields.msg).toBe("a^b");
  });

  test.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2026-11-23T19:00:00.250+0900", "2026-11-23T10:00:00.250Z"],
    ["MMM dd yyyy HH:mm:ss z", "Nov 23 2026 10:00:00 GMT", "2026-11-23T10:00:00.000Z"],
    ["dd/MM/yy hh:mm:ss a", "23/11/26 07:00:00 PM", "2026-11-23T19:00:00.000Z"],
    ["yyyyMMddHHmmss", "20261123100000", "2026-11-23T10:00:00.000Z"],
    ["MMM dd HH:mm:ss", "Dec 31 23:59:59", "2025-12-31T23:59:59.000Z"],
  ])("reads devTime by devTimeFormat %s", (format, time, expected) => {
    expect(answersOf(parseLine(leef([`devTimeFormat=${format}`, `devTime=${time}`, "src=10.1.2.3"]))).when).toBe(
      expected,
    );
  });

  test.each([
    ["ids-alert", ["cat=attack", "src=203.0.113.9", "dst=10.1.2.3", "dstPort=80"], "attack-detected", "unknown"],
    ["100", ["cat=IDS attack", "action=dropped", "src=203.0.113.9", "dst=10.1.2.3"], "attack-blocked", "failure"],
    ["7", ["action=login", "outcome=failure", "src=203.0.113.9", "dst=10.1.2.3"], "logon-failed", "failure"],
    ["7", ["action=login", "outcome=success", "src=203.0.113.9", "usrName=sato"], "logged-on", "success"],
    ["session", ["src=203.0.113.9", "dst=10.1.2.3", "dstPort=80"], "", "unknown"],
    ["allow", ["src=203.0.113.9", "dst=10.1.2.3", "dstPort=80"], "connection-allowed", "success"],
  ])("event %s with %j is %s, %s", (id, attributes, action, outcome) => {
    const { hot } = parseLine(`LEEF:1.0|Acme|Wall|2.1|${id}|${attributes.join("\t")}`);
    expect([hot.event_action, hot.event_outcome]).toEqual([action, outcome]);
  });

  it("comes inside syslog, which names the host, and is plain text when its header is broken", () => {
    expect(parseLine(`<134>Nov 23 10:00:00 fw1 ${leef(["src=10.1.2.3"])}`).hot.host_name).toBe("fw1");
    expect(parseLine("LEEF:1.0|too|short").problem).toBe("unrecognized");
  });

  it("never throws, whatever stands in it", () => {
    const piece = fc.constantFrom(
      "LEEF:1.0|",
      "LEEF:2.0|",
      "|",
      "a",
      "=",
      "\t",
      "^",
      "x5E",
      "devTime=",
      "^url=",
      "^src=10.1.2.3",
      "devTimeFormat=",
      "yyyy'",
      "1",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.string(), (pieces, end) => {
        expect(typeof parseLine(`LEEF:2.0|a|b|c|d|^|${pieces.join("")}${end}`).hot.dataset).toBe("string");
      }),
    );
  });
});
