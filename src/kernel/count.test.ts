import { expect, test } from "vitest";
import { countText } from "./count.ts";

test.each([
  [0, "0 rules"],
  [1, "1 rule"],
  [1_200, "1,200 rules"],
])("%d of a thing is written as people say it", (count, text) => expect(countText(count, "rule")).toBe(text));
