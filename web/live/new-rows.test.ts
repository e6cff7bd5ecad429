import { describe, expect, it } from "vitest";
import { newRows } from "./new-rows.ts";

const page = (ids: string) => [...ids].map((id) => ({ id }));
const set = (ids: string) => new Set(ids);
const NONE = set("");

describe("The new rows of a list", () => {
  it("are those that changed and stand among what is shown", () => {
    const seen = { page: page("xabc"), shown: set("abc"), isWhole: false, waiting: NONE };
    expect(newRows({ ...seen, changed: set("xa") })).toEqual(["x"]);
    expect(newRows({ ...seen, changed: undefined })).toEqual(["x"]);
    expect(newRows({ ...seen, changed: set("a") })).toEqual([]);
  });

  it("are not what moves up because something above it left", () => {
    expect(
      newRows({ page: page("acde"), shown: set("abc"), isWhole: false, changed: undefined, waiting: NONE }),
    ).toEqual([]);
  });

  it("may stand at the end where everything is shown", () => {
    expect(newRows({ page: page("abx"), shown: set("ab"), isWhole: true, changed: set("x"), waiting: NONE })).toEqual([
      "x",
    ]);
    expect(newRows({ page: page("x"), shown: NONE, isWhole: true, changed: set("x"), waiting: NONE })).toEqual(["x"]);
  });

  it("stay new until they are shown", () => {
    const seen = { page: page("yxa"), isWhole: false, changed: set("y"), waiting: set("x") };
    expect(newRows({ ...seen, shown: set("a") })).toEqual(["y", "x"]);
    expect(newRows({ ...seen, shown: set("ax") })).toEqual(["y"]);
  });
});
