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
      at("systemd[1]", "foo.service: Main process exited, code=exited, status=0/SUCCESS"),
      { event_action: "service-stopped", event_outcome: "success" },
    ],
    [
      at("systemd[1]", "foo.service: Main process exited, code=exited, status=1/FAILURE"),
      { event_action: "service-failed", event_outcome: "failure" },
    ],
  ])("%s", (line, hot) => expect(parseLine(line).hot).toMatchObject(hot));
});
