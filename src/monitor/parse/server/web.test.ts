import { describe, expect, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";
import { WEB_SAMPLES } from "./web.samples.ts";

const line = (start: string): string => WEB_SAMPLES.find((sample) => sample.includes(start)) ?? start;
const attack = { from: "198.51.100.7", did: "attack-blocked" };

describe("Web servers' guards and proxies", () => {
  test.each([
    ["[:error]", { ...attack, with: "ModSecurity", what: "www.example.com/a" }],
    ["[info] 7#9", { from: "198.51.100.7", what: "www.example.com/a?b=1", did: "attack-detected" }],
    ["ModSecurity v3", { ...attack, with: "curl/8.1", what: "www.example.com/a?b=1" }],
    ["transaction_id", { from: "198.51.100.7", what: "www.example.com/a?b=1", did: "attack-detected" }],
    ["-A--", { ...attack, with: "curl/8.1", what: "www.example.com/a?b=1" }],
    ["web~", { from: "198.51.100.7", with: "HTTP/1.1", what: "/a?b=1", did: "http-request" }],
    ["mysql/db1", { from: "198.51.100.7", with: "haproxy db", what: "mysql/db1", did: "connection-ended" }],
    ["SSL handshake", { from: "2001:db8::7", did: "connection-failed" }],
    ["is DOWN", { from: "lb1", what: "app/app1", did: "service-failed" }],
    ["<BADREQ>", { from: "198.51.100.7", what: "web/<NOSRV>", did: "http-request-denied" }],
    ["AH01618", { who: "sato", from: "198.51.100.7", did: "logon-failed" }],
    ["password mismatch", { who: "sato", did: "logon-failed" }],
    ["client denied", { from: "198.51.100.7", did: "http-request-denied" }],
  ])("%s", (start, expected) => {
    const answers = answersOf(parseLine(line(start)));
    expect(answers).toMatchObject(expected);
    expect(answers.when).toMatch(/^2026-11-23T10:00:00/);
  });

  test.each([
    [
      "[:error]",
      { id: "942100", msg: "SQL Injection", tag: ["attack-sqli", "PCI/6.5.2"], phase: "2", tid: "9", uri: "/a" },
    ],
    ["[info] 7#9", { id: "942100", data: 'Matched "x" [id "1"]', connection: "3", "cs-method": "GET" }],
    [
      "ModSecurity v3",
      { "cs-uri-query": "/a?b=1", "c-ip": "198.51.100.7", "sc-status": 403, "cs-user-agent": "curl/8.1" },
    ],
    ["-A--", { unique_id: "YVX", id: "942100", "cs-uri-stem": "/a", "sc-status": 403 }],
    ["web~", { backend_name: "app", server_name: "app1", Tr: "30", captured: "{www.example.com}", "sc-status": 200 }],
  ])("%s has the names that rules read", (start, fields) => {
    expect({ ...parseLine(line(start)).fields }).toMatchObject(fields);
  });

  test("one line alone of ModSecurity's parts is kept as text", () => {
    expect(parseLine("--a1b2c3d4-A--").hot.dataset).toBe("raw");
  });
});
