import { describe, expect, it } from "vitest";
import { tableLines, xmlLines } from "./records.ts";

type Told = { readonly pieces: readonly Buffer[]; readonly tooLarge: number };

async function linesOf(text: string): Promise<Told> {
  const pieces: Buffer[] = [];
  let tooLarge = 0;
  const onTooLarge = (): void => {
    tooLarge += 1;
  };
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
  }
  for await (const piece of tableLines(source(), { encoding: "utf-8", maxBytes: 1 << 20, onTooLarge }))
    pieces.push(piece);
  return { pieces, tooLarge };
}

describe("A table that would fill the memory", () => {
  it("has the names of its columns cut: every row repeats them", async () => {
    const { pieces } = await linesOf(`${"A".repeat(100_000)}\n1\n`);
    expect(JSON.parse(String(Buffer.concat([...pieces])))).toEqual({ ["A".repeat(256)]: "1" });
  });

  it("comes out in small pieces, however much arrives at once", async () => {
    const { pieces } = await linesOf(`${"A".repeat(100_000)}\n${"1\n".repeat(100_000)}`);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1 << 20);
    expect(String(Buffer.concat([...pieces])).split("\n")).toHaveLength(100_001);
  });

  it("loses a row of more columns than tables have, which is told, and keeps the others", async () => {
    const { pieces, tooLarge } = await linesOf(`a,b\n${"1,".repeat(5_000)}\n1,2\n`);
    expect([String(Buffer.concat([...pieces])), tooLarge]).toEqual(['{"a":"1","b":"2"}\n', 1]);
  });

  it("has no more columns named than that, whatever its header says", async () => {
    const { pieces } = await linesOf(`${"c,".repeat(5_000)}\n1,2\n`);
    expect(JSON.parse(String(Buffer.concat([...pieces])))).toEqual({ c: "1", column2: "2" });
  });
});

it("An event in XML over lines becomes one line that says the same", async () => {
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from("<Events>\n<Event\n a='1'>\r\n  <Data>one\r\ntwo</Data>\n</Event></Events>");
  }
  const pieces: Buffer[] = [];
  for await (const piece of xmlLines(source(), { maxBytes: 1_000, onTooLarge: () => {}, onStray: () => {} }))
    pieces.push(piece);
  expect(String(Buffer.concat(pieces))).toBe("<Event  a='1'><Data>one&#10;two</Data></Event>\n");
});
