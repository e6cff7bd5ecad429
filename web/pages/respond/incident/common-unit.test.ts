import { expect, test } from "vitest";
import { commonUnit } from "./common-unit.ts";

const UNITS = [
  { id: "root", parentId: null },
  { id: "osaka", parentId: "root" },
  { id: "sales", parentId: "osaka" },
  { id: "plant", parentId: "osaka" },
  { id: "kyoto", parentId: "root" },
  { id: "a", parentId: "b" },
  { id: "b", parentId: "a" },
];

test.each([
  ["one unit", ["sales"], "sales"],
  ["the same twice", ["sales", "sales"], "sales"],
  ["siblings", ["sales", "plant"], "osaka"],
  ["a unit and the one above it", ["sales", "osaka"], "osaka"],
  ["cousins", ["sales", "kyoto"], "root"],
  ["a unit that the person does not see", ["sales", "elsewhere"], "sales"],
  ["a circle", ["a", "kyoto"], "a"],
  ["none", [], ""],
])("the unit that answers for %s", (_, unitIds, expected) => expect(commonUnit(unitIds, UNITS)).toBe(expected));
