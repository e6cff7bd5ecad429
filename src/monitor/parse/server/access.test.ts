import { describe, expect, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";
import { ACCESS_SAMPLES } from "./access.samples.ts";

const line = (start: string): string => ACCESS_SAMPLES.find((sample) => sample.includes(start)) ?? start;
const sato = { who: "sato", from: "198.51.100.7" };

describe("FTP, VPN, databases, Samba and the system", () => {
  test.each([
    ["OK LOGIN", { ...sato, with: "vsftpd", did: "logged-on" }],
    ["FAIL LOGIN", { ...sato, did: "logon-failed" }],
    ["OK UPLOAD", { ...sato, what: "/up/a b.zip", did: "file-created" }],
    ["Login successful", { ...sato, with: "proftpd", did: "logged-on" }],
    ["Incorrect password", { ...sato, did: "logon-failed" }],
    ["no such user", { who: "sato", from: "2001:db8::7", did: "logon-failed" }],
    ["Authentication failed for user [", { ...sato, with: "pure-ftpd", did: "logon-failed" }],
    ["downloaded", { ...sato, what: "/home/sato/a.txt", did: "file-downloaded" }],
    ["MULTI_sva", { who: "pc-sato", from: "198.51.100.7", what: "10.8.0.6", did: "address-leased" }],
    ["Peer Connection", { who: "pc-sato", did: "logged-on" }],
    ["succeeded for username", { ...sato, did: "logged-on" }],
    ["TLS handshake failed", { from: "198.51.100.7", with: "openvpn", did: "connection-failed" }],
    ["TLS Auth Error", { who: "pc-sato", did: "logon-failed" }],
    ["received packet", { from: "198.51.100.7", with: "charon NET", did: "connection-opened" }],
    ["IKE_SA vpn", { who: "sato", from: "198.51.100.7", did: "connection-opened" }],
    ["EAP successful", { who: "sato", did: "logged-on" }],
    ["verification failed, retry", { did: "logon-failed" }],
    ["assigning virtual", { who: "sato", what: "10.9.0.5", did: "address-leased" }],
    ["MY-010926", { ...sato, with: "mysql", did: "logon-failed" }],
    ["sato@crm FATAL", { ...sato, with: "postgresql", what: "crm", did: "logon-failed" }],
    ["no pg_hba", { ...sato, what: "crm", did: "logon-failed" }],
    ["disconnection", { ...sato, did: "connection-ended" }],
    ["user 'sa'", { who: "sa", from: "198.51.100.7", with: "mssql", did: "logon-failed" }],
    ["unlinkat|ok", { ...sato, with: "smbd unlinkat", what: "secret/plan.docx", did: "file-deleted" }],
    ["WRONG_PASSWORD", { ...sato, with: "smbd NTLMv2", did: "logon-failed" }],
    ["Main process exited", { with: "systemd", what: "auditd.service", did: "service-failed" }],
    ["doas", { who: "sato", what: "/bin/sh", did: "command-run" }],
    ["pkexec", { who: "sato", what: "/usr/bin/id", did: "command-run" }],
    ["illegal port", { from: "198.51.100.7", did: "connection-denied" }],
  ])("%s", (start, expected) => {
    expect(answersOf(parseLine(line(start)))).toMatchObject(expected);
  });

  test.each([
    ["2026-11-23  9:05", "2026-11-23T09:05:00.000Z"],
    ["261123", "2026-11-23T10:00:00.000Z"],
    ["MY-010926", "2026-11-23T10:00:00.125Z"],
    ["sato@crm FATAL", "2026-11-23T10:00:00.125Z"],
    ["00,125 ftp1", "2026-11-23T10:00:00.125Z"],
  ])("the time of %s", (start, when) => {
    expect(answersOf(parseLine(line(start))).when).toBe(when);
  });

  test.each([
    ["group added to /etc/group: name=admins, GID=1001", "groupadd", "group-created", "admins"],
    ["user eve added by root to group wheel", "gpasswd", "group-member-added", "eve"],
    ["changed password expiry for eve", "chage", "user-changed", "eve"],
  ])("%s", (message, program, did, what) => {
    expect(answersOf(parseLine(`<86>Nov 23 10:00:00 srv1 ${program}[7]: ${message}`))).toMatchObject({ did, what });
  });
});
