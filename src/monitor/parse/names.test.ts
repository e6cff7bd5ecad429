import { describe, expect, test } from "vitest";
import { directionOf } from "./names.ts";
import { parseLine } from "./testing.ts";

describe("The direction is in one vocabulary, whoever wrote it", () => {
  test.each([
    ["in", "inbound"],
    ["Receive", "inbound"],
    ["incoming", "inbound"],
    ["SEND", "outbound"],
    ["outgoing", "outbound"],
    ["internal", "internal"],
    ["to_server", ""],
    ["0", ""],
  ])("%s is %j", (word, direction) => expect(directionOf(word)).toBe(direction));

  test.each([
    ["a=1 b=2 src=192.0.2.7 direction=incoming", "inbound"],
    ["CEF:0|Acme|Wall|2|1|x|3|src=192.0.2.7 deviceDirection=1", "outbound"],
    ['{"src":"192.0.2.7","direction":"out"}', "outbound"],
  ])("%s", (line, direction) => expect(parseLine(line).hot.network_direction).toBe(direction));
});
