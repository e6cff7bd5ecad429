import { describe, expect, test } from "vitest";
import { parseLine } from "./testing.ts";

const cri = (line: string, mark = "F") => `2026-11-20T01:00:00.123456789Z stdout ${mark} ${line}`;
const WROTE_MS = Date.UTC(2026, 10, 20, 1, 0, 0, 123);

describe("A container's log: the runtime's time and stream stand in front of the program's line", () => {
  test.each([
    [
      cri('192.0.2.7 - - [20/Nov/2026:01:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"'),
      { event_action: "http-request", source_ip: "192.0.2.7", url_domain: "" },
      Date.UTC(2026, 10, 20, 1),
    ],
    [cri("level=info user=sato src=192.0.2.7 msg=hi"), { user_name: "sato", source_ip: "192.0.2.7" }, WROTE_MS],
    [cri('{"user":"sato","src":"192.0.2.7"}'), { user_name: "sato", source_ip: "192.0.2.7" }, WROTE_MS],
    [cri("half a line", "P"), { message: "half a line" }, WROTE_MS],
  ])("%s", (line, hot, timeMs) => {
    const event = parseLine(line);
    expect(event.hot).toMatchObject(hot);
    expect([event.timeMs, event.fields.stream]).toEqual([timeMs, "stdout"]);
  });
});
