import { describe, expect, it, test } from "vitest";
import { ACTIONS } from "../contract.ts";
import { answersOf, parseLine } from "../testing.ts";
import { ACTION_BY_CALL, ACTION_BY_TYPE } from "./audit-tables.ts";
import { AUDITD_PARTS, AUDITD_SAMPLES } from "./auditd.samples.ts";

const line = (start: string): string => AUDITD_SAMPLES.find((sample) => sample.includes(start)) ?? start;

describe("Linux audit records as text", () => {
  test.each([
    ["syscall=59", { who: "1000", from: "srv1", with: "id", did: "process-started" }],
    ["syscall=42", { who: "sato", with: "nc", what: "network_connect_4", did: "connection-opened" }],
    ["syscall=175", { who: "sato", with: "kmod", did: "driver-loaded" }],
    ["USER_LOGIN", { who: "sato", from: "198.51.100.7", with: "sshd", did: "logon-failed" }],
    ["USER_AUTH", { who: "root", with: "su", did: "credentials-checked" }],
    ["USER_CMD", { who: "1000", with: "sudo", what: "cat /etc/shadow", did: "command-run" }],
    ["ADD_USER", { who: "1000", with: "useradd", what: "eve", did: "user-created" }],
    ["SERVICE_STOP", { with: "systemd", what: "auditd", did: "service-stopped" }],
    ["avc:  denied", { what: "shadow", did: "object-accessed" }],
    ["audispd", { from: "srv1", did: "process-started" }],
    ["kernel: [", { from: "srv1", with: "named", what: "/etc/shadow", did: "object-accessed" }],
  ])("%s", (start, expected) => {
    expect(answersOf(parseLine(line(start)))).toMatchObject({ when: "2026-11-23T10:00:00.125Z", ...expected });
  });

  test.each([
    ["UID is the daemon's", `acct="sato" exe="/usr/sbin/sshd" res=success'\u001dUID="root" AUID="unset"`, ["sato", ""]],
    [
      "ID is the account's",
      `id=1000 exe="/usr/sbin/sshd" res=success'\u001dUID="root" AUID="unset" ID="sato"`,
      ["sato", ""],
    ],
    ["nobody is named", `exe="/usr/sbin/sshd" res=success'\u001dUID="root" AUID="unset"`, ["root", "0"]],
  ])("a logon is the account's own: %s", (_, rest, told) => {
    const { hot } = parseLine(
      `type=USER_LOGIN msg=audit(1795428000.125:4711): pid=71 uid=0 auid=4294967295 ses=9 msg='op=login ${rest}`,
    );
    expect([hot.user_name, hot.user_id]).toEqual(told);
  });

  test.each([
    [
      `<86>Nov 23 10:00:00 srv1 audit[71]: USER_LOGIN pid=71 uid=0 auid=1000 ses=9 msg='op=login acct="sato" exe="/usr/sbin/sshd" addr=198.51.100.7 res=success'`,
      { event_action: "logged-on", user_name: "sato", source_ip: "198.51.100.7" },
    ],
    [
      `type=ANOM_ABEND msg=audit(1795428000.125:1): auid=1000 uid=1000 pid=9 comm="x" exe="/usr/bin/x" sig=11 res=1`,
      { event_action: "program-failed", event_outcome: "failure", what: "/usr/bin/x" },
    ],
    [
      `type=PATH msg=audit(1795428000.125:1): item=0 name=(null) inode=5 nametype=NORMAL`,
      { event_action: "file-accessed", what: "PATH", file_path: "" },
    ],
    [
      `type=USER_ACCT msg=audit(1795428000.125:1): pid=9 uid=0 auid=1000 msg='op=PAM:accounting acct="sato" exe="/usr/sbin/cron" res=success'`,
      { what: "/usr/sbin/cron" },
    ],
  ])("%s", (text, hot) => expect(parseLine(text).hot).toMatchObject(hot));

  const fieldsOf = (text: string): object => ({ ...parseLine(text).fields });
  test.each([
    ["arguments in hex and in quotes", AUDITD_PARTS.execve, { a1: "-c", a2: 'echo "one" && remove', a3: "CAFE" }],
    ["an argument in pieces", AUDITD_PARTS.long, { a0: "x", a1: "abcdefgh" }],
    ["a path, and names that touch", AUDITD_PARTS.path, { name: "/home/sato/a b.txt", cap_frootid: "0", OUID: "root" }],
    ["a title", AUDITD_PARTS.title, { proctitle: "ls -la /tmp" }],
    ["IPv4", AUDITD_PARTS.inet, { saddr_fam: "inet", laddr: "203.0.113.9", lport: 443 }],
    ["IPv6", AUDITD_PARTS.inet6, { saddr_fam: "inet6", laddr: "2001:db8:0:0:0:0:0:7", lport: 443 }],
    ["an enriched address", AUDITD_PARTS.enriched, { saddr_fam: "inet", laddr: "203.0.113.9" }],
    ["several keys", AUDITD_PARTS.keys, { key: ["susp", "per"], SYSCALL: "chmod" }],
    ["what was typed", AUDITD_PARTS.tty, { data: "id\r", type: "TTY" }],
    ["the kernel's numbers", line("kernel: ["), { type: "AVC", apparmor: "DENIED" }],
    ["ARM64's calls", line("audispd"), { SYSCALL: "execve", type: "SYSCALL" }],
  ])("%s", (_, text, fields) => {
    expect(fieldsOf(text)).toMatchObject(fields);
  });

  it("answers with words of the vocabulary", () => {
    const words = new Set<string>(ACTIONS);
    expect([...ACTION_BY_TYPE.values(), ...ACTION_BY_CALL.values()].filter((word) => !words.has(word))).toEqual([]);
  });
});
