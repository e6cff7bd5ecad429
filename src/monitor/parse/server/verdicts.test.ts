import { describe, expect, test } from "vitest";
import { parseLine } from "../testing.ts";

const at = (tag: string, text: string) => `<22>Nov 20 10:00:00 mx1 ${tag}: ${text}`;

describe("What a server did is told by its own words", () => {
  test.each([
    [
      at(
        "postfix/cleanup[1]",
        "4F1A2B3C4D: reject: header Subject: viagra from unknown[203.0.113.5]; from=<a@b.example> to=<c@example.com> proto=ESMTP helo=<x>: 5.7.1 spam",
      ),
      { event_action: "mail-rejected", event_outcome: "failure", source_ip: "203.0.113.5" },
    ],
    [
      at(
        "postfix/cleanup[1]",
        "4F1A2B3C4D: milter-discard: END-OF-MESSAGE from a.example[203.0.113.5]: milter triggers DISCARD action; from=<a@b.example>",
      ),
      { event_action: "mail-rejected", event_outcome: "failure", source_ip: "203.0.113.5" },
    ],
    [
      at(
        "postfix/smtp[1]",
        "4F1A2B3C4D: host mx.example.net[192.0.2.25] said: 450 4.2.0 Greylisted (in reply to RCPT TO command)",
      ),
      { event_action: "mail-transferred", event_outcome: "failure", source_ip: "", destination_ip: "192.0.2.25" },
    ],
    [
      at("postfix/smtp[1]", "connect to mx.example.net[192.0.2.25]:25: Connection timed out"),
      { event_action: "connection-failed", source_ip: "", destination_ip: "192.0.2.25", destination_port: 25 },
    ],
    [
      at("postfix/smtp[1]", "4F1A2B3C4D: lost connection with mx.example.net[192.0.2.25] while sending DATA command"),
      { event_action: "connection-ended", source_ip: "", destination_ip: "192.0.2.25" },
    ],
    [
      at(
        "postfix/smtp[1]",
        "Trusted TLS connection established to mx.example.net[192.0.2.25]:25: TLSv1.3 with cipher X (256/256 bits)",
      ),
      { event_action: "connection-opened", source_ip: "", destination_ip: "192.0.2.25" },
    ],
    [
      at("postfix/smtp[1]", "warning: enabling PIX workarounds: disable_esmtp for mx.example.net[192.0.2.25]:25"),
      { event_action: "anomaly-detected", source_ip: "", destination_ip: "192.0.2.25" },
    ],
    [
      at("systemd[1]", "foo.service: Main process exited, code=exited, status=0/SUCCESS"),
      { event_action: "service-stopped", event_outcome: "success" },
    ],
    [
      at("systemd[1]", "foo.service: Main process exited, code=exited, status=1/FAILURE"),
      { event_action: "service-failed", event_outcome: "failure" },
    ],
  ])("%s", (line, hot) => expect(parseLine(line).hot).toMatchObject(hot));
});

describe("A program that only shares a name with one of Dovecot's is not Dovecot", () => {
  test.each([
    "<13>Nov 20 10:00:00 h auth: user cache starting up",
    "<13>Nov 20 10:00:00 h imap: sync of 3 folders finished",
    "<13>Nov 20 10:00:00 h lda: shutting down",
  ])("%s", (line) => expect(parseLine(line).hot).toMatchObject({ event_action: "", dataset: "syslog" }));

  test("its own lines stay Dovecot's", () => {
    expect(parseLine("<22>Nov 20 10:00:00 h imap(sato)<12><x>: Logged out in=1 out=2").hot.event_action).toBe(
      "logged-off",
    );
    expect(parseLine("Nov 20 10:00:00 auth: Fatal: no passdb").hot.event_action).toBe("program-failed");
  });
});
