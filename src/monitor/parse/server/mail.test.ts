import { describe, expect, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";
import { MAIL_SAMPLES } from "./mail.samples.ts";

/** Prefixed by the number of answers that the test wants to see. */
const line = (start: string): string => MAIL_SAMPLES.find((sample) => sample.includes(start)) ?? start;
const when = "2026-11-23T10:00:00.000Z";

describe("Mail servers", () => {
  test.each([
    ["connect from", { from: "198.51.100.7", with: "postfix/smtpd", did: "connection-opened" }],
    ["sasl_method=PLAIN", { who: "sato", from: "198.51.100.7", what: "3F2A1C0042", did: "mail-queued" }],
    ["SASL LOGIN", { who: "sato@example.com", with: "postfix/smtpd LOGIN", did: "logon-failed" }],
    ["Relay access", { who: "x@y.example", from: "198.51.100.7", what: "a@b.example", did: "mail-rejected" }],
    ["milter-reject", { who: "x@y.example", what: "a@b.example", did: "mail-rejected" }],
    ["status=sent", { from: "mx1", with: "postfix/smtp", what: "a@b.example", did: "mail-transferred" }],
    ["PREGREET", { from: "198.51.100.7", did: "anomaly-detected" }],
    ["<= x@y", { who: "sato", from: "198.51.100.7", with: "exim esmtpsa", did: "mail-queued" }],
    ["1qXabc", { with: "exim dnslookup", what: "a@b.example", did: "mail-transferred" }],
    ["plain_login", { who: "sato", from: "198.51.100.7", with: "exim plain_login", did: "logon-failed" }],
    ["relay not permitted", { who: "x@y.example", what: "a@b.example", did: "mail-rejected" }],
    ["temporarily rejected", { from: "198.51.100.7", did: "connection-denied" }],
    ["auth failed, 3", { who: "sato", from: "198.51.100.7", with: "pop3-login PLAIN", did: "logon-failed" }],
    ["Password mismatch", { who: "sato", from: "198.51.100.7", with: "dovecot sql", did: "logon-failed" }],
    ["Logged out", { who: "sato", with: "imap", did: "logged-off" }],
    ["imap-login: Info", { who: "sato", from: "198.51.100.7", did: "logged-on" }],
    ["auth(default)", { who: "sato", from: "198.51.100.7", did: "logon-failed" }],
    ["Relaying denied", { from: "198.51.100.7", what: "a@b.example", did: "mail-rejected" }],
  ])("%s", (start, expected) => {
    expect(answersOf(parseLine(line(start)))).toMatchObject({ when, ...expected });
  });

  test.each([
    [
      "Relay access",
      { reply_code: "554", reply_status: "5.7.1", reason: "Relay access denied", helo: "pc", command: "RCPT" },
    ],
    ["milter-reject", { action: "milter-reject", reply_status: "5.7.1", reason: "Spam", queue_id: "3F2A1C0042" }],
    ["status=deferred", { dsn: "4.4.1", status: "deferred", reason: "connect to mx[203.0.113.9]:25: timed out" }],
    ["bl.example", { reason: "Service unavailable; client [198.51.100.7] blocked using bl.example" }],
    [
      "<= x@y",
      { helo: "helo.example", subject: "Hello there", tls_cipher: "TLS1.3:TLS_AES_256_GCM_SHA384:256", size: "2412" },
    ],
    ["temporarily rejected", { acl: "connect", reason: "slow down" }],
    ["imap-login: Login", { rip: "198.51.100.7", lip: "192.0.2.5", session: "ab+c/d", method: "PLAIN" }],
    ["stat=Sent", { stat: "Sent (ok 1)", dsn: "2.0.0", queue_id: "uAN1000Q000007" }],
  ])("%s keeps the server's own words", (start, fields) => {
    expect(parseLine(line(start)).fields).toMatchObject(fields);
  });

  test("Exim's own file, which names no host, says who sent what over what", () => {
    const { fields, hot, timeMs } = parseLine(
      "2026-11-23 19:00:00.250 +0900 [4711] 1qXabc-000000003dE-HxYz => a@b.example F=<x@y.example> R=dnslookup T=remote_smtp H=mx.b.example [203.0.113.9]",
    );
    expect(new Date(timeMs).toISOString()).toBe("2026-11-23T10:00:00.250Z");
    expect([fields.pid, fields.sender, fields.transport, hot.destination_ip]).toEqual([
      "4711",
      "x@y.example",
      "remote_smtp",
      "203.0.113.9",
    ]);
  });

  test("a text that a stranger chose does not become a fact of the mail", () => {
    const { fields, hot } = parseLine(
      "<22>Nov 23 10:00:00 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 550 5.1.1 <a@b.example>: see from=<ceo@b.example>; from=<x@y.example> to=<a@b.example> proto=SMTP helo=<h>",
    );
    expect([fields.from, hot.who]).toEqual(["x@y.example", "x@y.example"]);
  });
});
