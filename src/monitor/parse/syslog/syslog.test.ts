import { describe, expect, it, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";

const at = (message: string): string => `<38>Nov 23 10:00:00 srv1 ${message}`;

describe("Syslog envelopes", () => {
  const facts = (line: string, hints = {}) => {
    const { fields, hot, problem, timeMs } = parseLine(line, hints);
    return {
      when: Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString(),
      host: hot.host_name,
      program: fields.program ?? "",
      pid: fields.pid ?? "",
      message: fields.message,
      problem,
    };
  };
  const NOON = "2026-11-23T10:00:00.000Z";

  test.each([
    ["RFC 3164", "<38>Nov 23 10:00:00 srv1 app[7]: hello", [NOON, "srv1", "app", "7", "hello"]],
    ["no PRI", "Nov 23 10:00:00 srv1 app[7]: hello", [NOON, "srv1", "app", "7", "hello"]],
    [
      "a one-digit day",
      "<38>Nov  3 10:00:00 srv1 app: hello",
      ["2026-11-03T10:00:00.000Z", "srv1", "app", "", "hello"],
    ],
    ["a year", "<38>Nov 23 2025 10:00:00 srv1 app: hello", ["2025-11-23T10:00:00.000Z", "srv1", "app", "", "hello"]],
    ["a fraction", "<38>Nov 23 10:00:00.250 srv1 app: hello", ["2026-11-23T10:00:00.250Z", "srv1", "app", "", "hello"]],
    [
      "an ISO time",
      "<38>2026-11-23T19:00:00.5+09:00 srv1 app[7]: hello",
      ["2026-11-23T10:00:00.500Z", "srv1", "app", "7", "hello"],
    ],
    ["an ISO time without PRI", "2026-11-23T10:00:00Z srv1 app[7]: hello", [NOON, "srv1", "app", "7", "hello"]],
    [
      "an application's level where the host would be",
      "2026-11-23 10:00:00 ERROR mod: hello",
      [NOON, "", "mod", "", "hello"],
    ],
    ["no host", "<38>Nov 23 10:00:00 app[7]: hello", [NOON, "", "app", "7", "hello"]],
    ["no time", "<38>app[7]: hello", ["", "", "app", "7", "hello"]],
    ["no time but a host", "<38>srv1 app[7]: hello", ["", "srv1", "app", "7", "hello"]],
    ["no tag", "<38>Nov 23 10:00:00 srv1 hello there", [NOON, "srv1", "", "", "hello there"]],
    ["an IPv6 host", "<38>Nov 23 10:00:00 2001:db8::5 app: hello", [NOON, "2001:db8::5", "app", "", "hello"]],
    [
      "a path as tag",
      "<38>Nov 23 10:00:00 srv1 postfix/smtpd[7]: hello",
      [NOON, "srv1", "postfix/smtpd", "7", "hello"],
    ],
    ["RFC 5424", "<38>1 2026-11-23T10:00:00Z srv1 app 7 ID1 - hello", [NOON, "srv1", "app", "7", "hello"]],
    [
      "RFC 5424 with a BOM",
      "<38>1 2026-11-23T10:00:00Z srv1 app 7 ID1 - \ufeffhello",
      [NOON, "srv1", "app", "7", "hello"],
    ],
    ["RFC 5424 without anything", "<38>1 - - - - - - hello", ["", "", "", "", "hello"]],
    [
      "a PRI past 191",
      "<192>Nov 23 10:00:00 srv1 app: hello",
      ["", "", "", "", "<192>Nov 23 10:00:00 srv1 app: hello"],
    ],
  ])("%s", (name, line, [when, host, program, pid, message]) => {
    expect(facts(line)).toEqual({
      when,
      host,
      program,
      pid,
      message,
      problem: name === "a PRI past 191" ? "unrecognized" : "",
    });
  });

  test.each([
    ["<189>123: *Nov 23 10:00:00.123: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.1.2.3)", ""],
    [
      "<189>123: rtr1: .Nov 23 10:00:00.123 UTC: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.1.2.3)",
      "rtr1",
    ],
    ["<189>Nov 23 10:00:00.123 rtr1 %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.1.2.3)", "rtr1"],
  ])("Cisco: %s", (line, host) => {
    const event = parseLine(line);
    expect(event.logsource).toEqual({ product: "cisco", category: "", service: "syslog" });
    expect(event.hot.host_name).toBe(host);
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.123Z",
      who: "admin",
      from: "10.1.2.3",
      with: "SYS",
      what: "Configured from console by admin on vty0 (10.1.2.3)",
      did: "configuration-changed",
    });
  });

  it("reads the clock of a device in its own zone", () => {
    const line = "<38>Nov 23 19:00:00 srv1 app: hello";
    expect(facts(line, { timeZone: "Asia/Tokyo" }).when).toBe(NOON);
    expect(facts(line, { timeZone: "Europe/Berlin" }).when).toBe("2026-11-23T18:00:00.000Z");
  });

  it("keeps structured data by id and name, with its escapes undone", () => {
    const { fields, hot } = parseLine(
      String.raw`<165>1 2026-11-23T10:00:00Z srv1 app - - [a@1 x="1" y="q\"\]\\"][b@2 z=""] hello`,
    );
    expect({ ...fields }).toMatchObject({ "sd.a@1.x": "1", "sd.a@1.y": 'q"]\\', "sd.b@2.z": "", message: "hello" });
    expect([hot.log_level, hot.event_severity, fields.facility]).toEqual(["notice", 3, "local4"]);
  });

  it("names the sender when the line names no host", () => {
    expect(parseLine("<38>Nov 23 10:00:00 app: x", { transport: "syslog-udp" }).hot.host_ip).toBe("192.0.2.99");
    expect(parseLine("<38>Nov 23 10:00:00 app: x", { transport: "file" }).hot.host_ip).toBe("");
  });

  test.each([
    ["<38>Foo 99 99:99:99 srv1 app: hello", ""],
    ["<38>Nov 31 10:00:00 srv1 app: hello", "time_unreadable"],
    ["<38>1 1969-01-01T00:00:00Z srv1 app - - - hello", "time_absurd"],
    ["<38>1 2201-01-01T00:00:00Z srv1 app - - - hello", "time_absurd"],
  ])("keeps %s without a time of its own (%s)", (line, problem) => {
    const event = parseLine(line);
    expect([event.timeMs, event.problem]).toEqual([Number.NaN, problem]);
    expect(event.hot.message).toContain("hello");
  });
});

describe("sshd", () => {
  test.each([
    [
      "Accepted publickey for sato from 198.51.100.7 port 50022 ssh2: ED25519 SHA256:x",
      "sato",
      "ssh publickey",
      "logged-on",
      "success",
    ],
    [
      "Failed password for invalid user a b from 198.51.100.7 port 50022 ssh2",
      "a b",
      "ssh password",
      "logon-failed",
      "failure",
    ],
    ["Failed password for root from 198.51.100.7 port 50022 ssh2", "root", "ssh password", "logon-failed", "failure"],
    ["Invalid user from from 198.51.100.7 port 50022", "from", "ssh", "logon-failed", "failure"],
    [
      "Connection closed by authenticating user root 198.51.100.7 port 50022 [preauth]",
      "root",
      "ssh",
      "connection-ended",
      "failure",
    ],
    [
      "Connection closed by invalid user ubnt 198.51.100.7 port 50022 [preauth]",
      "ubnt",
      "ssh",
      "connection-ended",
      "failure",
    ],
    ["Disconnected from user sato 198.51.100.7 port 50022", "sato", "ssh", "connection-ended", "success"],
    ["Received disconnect from 198.51.100.7 port 50022:11: Bye Bye", "", "ssh", "connection-ended", "success"],
    ["Did not receive identification string from 198.51.100.7 port 50022", "", "ssh", "connection-failed", "failure"],
    [
      "Unable to negotiate with 198.51.100.7 port 50022: no matching host key type found. Their offer: ssh-dss [preauth]",
      "",
      "ssh",
      "connection-failed",
      "failure",
    ],
    [
      "error: maximum authentication attempts exceeded for root from 198.51.100.7 port 50022 ssh2 [preauth]",
      "root",
      "ssh",
      "logon-failed",
      "failure",
    ],
    [
      "User root from 198.51.100.7 not allowed because not listed in AllowUsers",
      "root",
      "ssh",
      "logon-failed",
      "failure",
    ],
    [
      "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.7  user=root",
      "root",
      "ssh",
      "logon-failed",
      "failure",
    ],
  ])("%s", (message, who, tool, action, outcome) => {
    const event = parseLine(at(`sshd[7]: ${message}`));
    expect(event.logsource).toEqual({ product: "linux", category: "", service: "sshd" });
    expect(event.hot.event_outcome).toBe(outcome);
    expect(event.fields.message).toBe(message);
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.000Z",
      who,
      from: "198.51.100.7",
      with: tool,
      what: "srv1",
      did: action,
    });
  });

  it("gives the fields that rules and people look for", () => {
    const { fields } = parseLine(at("sshd-session[7]: Accepted password for sato from 2001:db8::7 port 50022 ssh2"));
    expect({ ...fields }).toMatchObject({
      user: "sato",
      src_ip: "2001:db8::7",
      src_port: 50022,
      auth_method: "password",
    });
  });
});

describe("Accounts and privileges", () => {
  test.each([
    [
      "sudo:    sato : TTY=pts/0 ; PWD=/home/sato ; USER=root ; COMMAND=/usr/bin/id -u ; true",
      "sudo",
      { who: "sato", with: "sudo", what: "/usr/bin/id -u ; true", did: "command-run" },
      "success",
    ],
    [
      "sudo: sato : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
      "sudo",
      { who: "sato", what: "/bin/sh", did: "command-run" },
      "failure",
    ],
    [
      "sudo: sato : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
      "sudo",
      { who: "sato", what: "/bin/sh" },
      "failure",
    ],
    [
      "sudo: pam_unix(sudo:session): session opened for user root(uid=0) by sato(uid=1000)",
      "sudo",
      { who: "sato", with: "sudo", what: "root", did: "session-opened" },
      "success",
    ],
    [
      "su[7]: (to root) sato on pts/0",
      "auth",
      { who: "sato", with: "su", what: "root", did: "user-switched" },
      "success",
    ],
    [
      "su: 'su root' failed for lonvick on /dev/pts/8",
      "auth",
      { who: "lonvick", with: "su", what: "root", did: "user-switched" },
      "failure",
    ],
    [
      "su: BAD SU sato to root on /dev/ttyp0",
      "auth",
      { who: "sato", with: "su", what: "root", did: "user-switched" },
      "failure",
    ],
    [
      "su[7]: FAILED SU (to root) sato on pts/0",
      "auth",
      { who: "sato", what: "root", did: "user-switched" },
      "failure",
    ],
    ["su: + /dev/pts/0 sato:root", "auth", { who: "sato", what: "root", did: "user-switched" }, "success"],
    [
      "su: pam_unix(su:session): session opened for user root by sato(uid=1000)",
      "auth",
      { who: "sato", what: "root", did: "user-switched" },
      "success",
    ],
    [
      "useradd[7]: new user: name=eve, UID=1002, GID=1002, home=/home/eve",
      "auth",
      { with: "useradd", what: "eve", did: "user-created" },
      "success",
    ],
    [
      "usermod[7]: add 'eve' to group 'sudo'",
      "auth",
      { with: "usermod", what: "eve", did: "group-member-added" },
      "success",
    ],
    ["userdel[7]: delete user 'eve'", "auth", { what: "eve", did: "user-deleted" }, "success"],
    [
      "passwd[7]: pam_unix(passwd:chauthtok): password changed for sato",
      "auth",
      { who: "sato", did: "password-changed" },
      "success",
    ],
    [
      "CRON[7]: (root) CMD (/usr/lib/backup --all)",
      "cron",
      { who: "root", with: "cron", what: "/usr/lib/backup --all", did: "command-run" },
      "success",
    ],
    [
      "sshd(pam_unix)[7]: authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.7  user=root",
      "sshd",
      { who: "root", from: "198.51.100.7", did: "logon-failed" },
      "failure",
    ],
  ])("%s", (message, service, answers, outcome) => {
    const event = parseLine(at(message));
    expect(event.logsource).toEqual({ product: "linux", category: "", service });
    expect(answersOf(event)).toMatchObject(answers);
    expect(event.hot.event_outcome).toBe(outcome);
  });

  it("gives sudo's own names to rules about sudo", () => {
    const { fields, hot } = parseLine(at("sudo: sato : TTY=pts/0 ; PWD=/home/sato ; USER=#-1 ; COMMAND=/bin/sh"));
    expect({ ...fields }).toMatchObject({
      USER: "#-1",
      TTY: "pts/0",
      PWD: "/home/sato",
      COMMAND: "/bin/sh",
      user: "sato",
    });
    expect(hot.user_target_name).toBe("#-1");
  });
});

describe("DNS queries and packets", () => {
  test.each([
    [
      "named[7]: client @0x7f 10.1.2.3#5353 (www.example.com): query: www.example.com IN A +E(0)K (10.0.0.53)",
      "A",
      "dns-query",
      "named",
    ],
    [
      "named[7]: queries: info: client @0x7f 10.1.2.3#5353 (www.example.com): view lan: query: www.example.com IN TXT + (10.0.0.53)",
      "TXT",
      "dns-query",
      "named",
    ],
    [
      "named[7]: client @0x7f 10.1.2.3#5353 (www.example.com): query (cache) 'www.example.com/ANY/IN' denied",
      "ANY",
      "dns-query-denied",
      "named",
    ],
    [
      "named[7]: client @0x7f 10.1.2.3#5353 (www.example.com): zone transfer 'www.example.com/AXFR/IN' denied",
      "AXFR",
      "zone-transfer",
      "named",
    ],
    ["dnsmasq[7]: query[AAAA] www.example.com from 10.1.2.3", "AAAA", "dns-query", "dnsmasq"],
    ["dnsmasq[7]: 42 10.1.2.3/5353 query[A] www.example.com from 10.1.2.3", "A", "dns-query", "dnsmasq"],
  ])("%s", (message, type, action, tool) => {
    const event = parseLine(at(message));
    expect(event.logsource).toEqual({ product: "", category: "dns", service: "" });
    expect({ ...event.fields }).toMatchObject({ query: "www.example.com", record_type: type, src_ip: "10.1.2.3" });
    expect(answersOf(event)).toMatchObject({ from: "10.1.2.3", with: tool, what: "www.example.com", did: action });
  });

  it("reads BIND's own log file, and dnsmasq's answers", () => {
    const bind = parseLine(
      "23-Nov-2026 10:00:00.425 client @0x7f 10.1.2.3#5353 (a.example): query: a.example IN A + (10.0.0.53)",
    );
    expect(answersOf(bind)).toMatchObject({ when: "2026-11-23T10:00:00.425Z", what: "a.example" });
    const reply = parseLine(at("dnsmasq[7]: reply www.example.com is 203.0.113.9"));
    expect([reply.fields.answer, reply.hot.event_action]).toEqual(["203.0.113.9", "dns-answer"]);
  });

  test.each([
    ["[UFW BLOCK] ", "connection-denied", "drop"],
    ["DROP-INPUT: ", "connection-denied", "drop"],
    ["FW-ACCEPT ", "connection-allowed", "accept"],
    ["", "", undefined],
  ])("netfilter with prefix %j is %j", (prefix, action, word) => {
    const event = parseLine(
      at(
        `kernel: [12.345678] ${prefix}IN=eth0 OUT= MAC=00:11 SRC=198.51.100.7 DST=10.1.2.3 LEN=40 PROTO=TCP SPT=40000 DPT=22 SYN URGP=0`,
      ),
    );
    expect(event.hot.category).toBe("firewall");
    expect(event.fields.action).toBe(word);
    expect({ ...event.fields }).toMatchObject({
      src_ip: "198.51.100.7",
      dst_ip: "10.1.2.3",
      src_port: 40000,
      dst_port: 22,
    });
    expect(answersOf(event)).toMatchObject({
      from: "198.51.100.7",
      with: "tcp eth0",
      what: "10.1.2.3:22",
      did: action,
    });
  });
});

describe("Payloads inside syslog", () => {
  test.each([
    ["JSON", 'app: {"@timestamp":"2026-11-23T09:00:00Z","user":{"name":"sato"},"message":"hi"}', "json"],
    ["CEF", "CEF:0|Acme|Wall|1|1|x|5|src=10.1.2.3 dst=10.1.2.4", "cef.wall"],
    [
      "an nginx access line",
      'nginx: 10.1.2.3 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"',
      "nginx.access",
    ],
    [
      "an Apache access line",
      'httpd[7]: 10.1.2.3 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"',
      "apache.access",
    ],
    [
      "a Squid line",
      "squid[7]: 1795999999.586 9 10.1.2.3 TCP_MISS/200 5 GET http://a.example/ - HIER_DIRECT/192.0.2.1 -",
      "squid.access",
    ],
    [
      "an audit record",
      'audispd: type=SYSCALL msg=audit(1795999999.586:7): arch=c000003e syscall=59 success=yes pid=2 uid=0 auid=1000 exe="/usr/bin/id"',
      "linux.auditd",
    ],
    [
      "a Windows event",
      'winlog: {"EventID":4624,"Channel":"Security","Hostname":"dc1","EventTime":"2026-11-23 10:00:00","SourceName":"x"}',
      "windows.security",
    ],
  ])("reads %s", (_, message, dataset) => {
    const event = parseLine(at(message));
    expect([event.problem, event.hot.dataset]).toEqual(["", dataset]);
    expect(event.fields.hostname).toBe("srv1");
  });

  it("keeps the payload's own time and takes the envelope's only when it has none", () => {
    expect(answersOf(parseLine(at('app: {"@timestamp":"2026-11-23T09:00:00Z","a":1}'))).when).toBe(
      "2026-11-23T09:00:00.000Z",
    );
    expect(answersOf(parseLine(at('app: {"a":1}'))).when).toBe("2026-11-23T10:00:00.000Z");
  });
});
