import { describe, expect, it, test } from "vitest";
import { cellsOf, readCsvHeader } from "./cells.ts";
import { TableHead } from "./head.ts";

describe("The cells of a CSV record", () => {
  test.each([
    ['a,"b,c",d', ["a", "b,c", "d"]],
    ['"say ""so""",b', ['say "so"', "b"]],
    ['"a"bc,d', ["abc", "d"]],
    ['"a",', ["a", ""]],
    ['"open,a', ["open,a"]],
    ["", [""]],
  ])("of %s lose nothing", (text, cells) => expect(cellsOf(text, ",")).toEqual(cells));

  it("stand under a name of their own each, so that no column hides another", () =>
    expect(readCsvHeader("ip,user,ip,").names).toEqual(["ip", "user", "column3", "column4"]));

  it("are named without the byte order mark that spreadsheets write", () =>
    expect(new TableHead("csv", "\uFEFFip,user").tableOf(Buffer.from("1,2"))).toMatchObject({
      header: "ip,user",
      names: ["ip", "user"],
    }));
});
