import { expect, test } from "vitest";
import { narrowed } from "./routes.ts";

test.each([
  [
    "nothing asked for: what the reader sees",
    { all: false, ids: ["a", "b"] },
    undefined,
    { all: false, ids: ["a", "b"] },
  ],
  ["a unit of theirs", { all: false, ids: ["a", "b"] }, ["b"], { all: false, ids: ["b"] }],
  ["a unit of others counts nothing", { all: false, ids: ["a"] }, ["z"], { all: false, ids: [] }],
  ["whoever sees all narrows to any", { all: true }, ["z"], { all: false, ids: ["z"] }],
] as const)("Detections are counted where the reader may see: %s", (_, scope, units, expected) => {
  expect(narrowed(scope, units)).toEqual(expected);
});
