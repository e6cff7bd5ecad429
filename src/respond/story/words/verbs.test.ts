import { describe, expect, it } from "vitest";
import { ACTIONS } from "../../../monitor/parse/contract.ts";
import { VERBS } from "./verbs.ts";

describe("The verbs of told sentences", () => {
  it("are there for every action of the parsers, and for none that is gone", () => {
    expect(Object.keys(VERBS).toSorted()).toEqual([...ACTIONS].toSorted());
  });

  it("are polite in Japanese, and say something in English", () => {
    expect(Object.entries(VERBS).filter(([, { ja, en }]) => !ja.endsWith("ました") || en === "")).toEqual([]);
  });
});
