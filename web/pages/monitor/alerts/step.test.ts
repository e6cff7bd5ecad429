import { expect, test } from "vitest";
import { stepFrom } from "./step.ts";

test.each([
  ["from nowhere to the first", { at: -1, lastAt: -1, by: 1 }, 0],
  ["down", { at: 3, lastAt: 3, by: 1 }, 4],
  ["up", { at: 3, lastAt: 3, by: -1 }, 2],
  ["no further than the last", { at: 9, lastAt: 9, by: 1 }, 9],
  ["to what moved into the place of a row that left", { at: -1, lastAt: 3, by: 1 }, 3],
  ["above a row that left", { at: -1, lastAt: 3, by: -1 }, 2],
  ["to the last when the last one left", { at: -1, lastAt: 10, by: 1 }, 9],
] as const)("A step goes %s", (_, standing, expected) => expect(stepFrom({ ...standing, count: 10 })).toBe(expected));
