import { describe, expect, it, test } from "vitest";
import { answersOf, parseLine } from "./testing.ts";

const cef = (name: string, extension: string): string => `CEF:0|Acme|Wall|2.1|100|${name}|5|${extension}`;

describe("CEF", () => {
  it("splits header and extension at what is not escaped", () => {
    const { fields } = parseLine(
      String.raw`CEF:0|Ac\|me|Wa\\ll|2.1|100|Policy hit|5|msg=a\=b c d\nnext act=blocked src=192.0.2.1 cs1Label=Policy Name cs1=block all url\\=x`,
    );
    expect({ ...fields }).toMatchObject({
      deviceVendor: "Ac|me",
      deviceProduct: "Wa\\ll",
      name: "Policy hit",
      msg: "a=b c d\nnext",
      act: "blocked",
      src: "192.0.2.1",
      cs1Label: "Policy Name",
    });
    expect(fields["Policy Name"]).toBe(fields.cs1);
  });

  test.each([
    [
      "a firewall's verdict",
      cef("Session", "src=10.1.2.3 spt=50000 dst=203.0.113.9 dpt=22 proto=TCP act=Deny suser=sato rt=1795999999586"),
      "firewall",
      {
        when: "2026-11-30T00:53:19.586Z",
        who: "sato",
        from: "10.1.2.3",
        with: "TCP",
        what: "203.0.113.9:22",
        did: "connection-denied",
      },
    ],
    [
      "a proxy's request",
      cef(
        "Web",
        "src=10.1.2.3 request=https://www.example.com/a requestMethod=GET requestClientApplication=curl/8 act=allowed rt=Nov 23 2026 10:00:00",
      ),
      "proxy",
      {
        when: "2026-11-23T10:00:00.000Z",
        from: "10.1.2.3",
        with: "curl/8",
        what: "https://www.example.com/a",
        did: "http-request",
      },
    ],
    [
      "an infected file",
      cef("Virus found", "src=10.1.2.3 fname=a.exe fileHash=ff act=quarantined cs1=EICAR"),
      "antivirus",
      { from: "10.1.2.3", what: "a.exe", did: "malware-blocked" },
    ],
    [
      "an intrusion attempt",
      cef("Intrusion attempt detected", "src=203.0.113.9 dst=10.1.2.3 dpt=80 proto=TCP"),
      "firewall",
      { from: "203.0.113.9", what: "10.1.2.3:80", did: "attack-detected" },
    ],
    [
      "an administrator",
      cef("Admin login failed", "src=10.1.2.3 suser=root"),
      "",
      { who: "root", did: "logon-failed" },
    ],
  ])("reads %s", (_, line, category, expected) => {
    const event = parseLine(line);
    expect(event.problem).toBe("");
    expect(event.hot.category).toBe(category);
    expect(answersOf(event)).toMatchObject(expected);
  });

  test.each([
    ["User login", "src=10.1.2.3 suser=sato act=deny", "logon-failed", "failure"],
    ["User login", "src=10.1.2.3 suser=sato act=block", "logon-failed", "failure"],
    ["User login", "src=10.1.2.3 suser=sato act=login outcome=failure", "logon-failed", "failure"],
    ["User login", "src=10.1.2.3 suser=sato act=login outcome=success", "logged-on", "success"],
    ["User login failed", "src=10.1.2.3 suser=sato", "logon-failed", "failure"],
    ["Session", "src=10.1.2.3 dst=10.1.2.4 act=connect deviceAction=Drop", "connection-denied", "failure"],
  ])("%s, %s is %s, %s", (name, extension, action, outcome) => {
    const { hot } = parseLine(cef(name, extension));
    expect([hot.event_action, hot.event_outcome]).toEqual([action, outcome]);
  });

  it("gives firewalls Sigma's names", () => {
    const { fields } = parseLine(cef("Session", "src=10.1.2.3 spt=50000 dst=203.0.113.9 dpt=22 act=Accept"));
    expect({ ...fields }).toMatchObject({
      src_ip: "10.1.2.3",
      src_port: 50000,
      dst_ip: "203.0.113.9",
      dst_port: 22,
      action: "accept",
    });
  });

  test.each([
    ["3", 3, "information"],
    ["10", 10, "critical"],
    ["High", 8, "error"],
    ["Unknown", 0, ""],
  ])("severity %s is %d, %s", (severity, expected, level) => {
    const { hot } = parseLine(`CEF:0|Acme|Wall|2|1|x|${severity}|src=10.1.2.3`);
    expect([hot.event_severity, hot.log_level]).toEqual([expected, level]);
  });

  it("keeps an address that is none in fields only", () => {
    const { fields, hot } = parseLine(cef("x", "src=not-an-address dpt=99999 dst=10.1.2.3"));
    expect([fields.src, hot.source_ip, fields.dpt, hot.destination_port]).toEqual(["not-an-address", "", "99999", 0]);
  });

  it("takes the host from a syslog envelope, and a broken header for plain text", () => {
    expect(parseLine(`<134>Nov 23 10:00:00 fw1 ${cef("x", "src=10.1.2.3 dst=10.1.2.4")}`).hot.host_name).toBe("fw1");
    expect(parseLine("CEF:0|too|short").problem).toBe("unrecognized");
  });
});
