import { existsSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readTarGz } from "../../../../tests/support/tar.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import type { Yaml } from "./value.ts";
import { MAX_ANY_LENGTH, readAnyDocuments } from "./yaml.ts";

const RULES = resolve("../shared/data/sigma/rules.tar.gz");

/** What the YAML package makes of a text of one document; undefined when it refuses. */
function byPackage(text: string): Yaml | undefined {
  const [document, ...more] = readAnyDocuments(text);
  return document?.kind === "value" && more.length === 0 ? document.value : undefined;
}

describe("The short cut for plain YAML", () => {
  test.each([
    ["texts, numbers, words", "a: x y\nb: 12\nc: true\nd: ~\ne:\nf: 1.5\ng: nULL\nh: -1\ni: 0123\n"],
    ["quotes", "a: 'it''s'\nb: \"x # y\"\nc: ' x '\n'|all': 1\nd: 'x' # why\n"],
    ["comments", "# top\na: 1 # why\n  # between\nb: x#y\n\n# end\n"],
    ["maps in maps", "a:\n    b:\n        c: 1\n    d: 2\ne: 3\n"],
    ["lists, also at their key's own indent", "a:\n- 1\n- x\nb:\n    - 2\n    -   y\nc: 1\n"],
    ["lists of maps", "a:\n  - b: 1\n    c: 2\n  - d|all:\n      - 3\n    e: 4\n"],
    ["literal texts", "a: |\n    one\n      two\n\n    three\n\nb: |-\n  x\nc: 1\n"],
    ["paths and patterns", "a: C:\\x\\y\nb: -enc\nc: '*\\cmd.exe'\nd: http://x/?y=1\ne: x:y\n"],
    ["line ends of Windows", "a: 1\r\nb: |\r\n  x\r\n\r\n  y\r\nc:\r\n  - 1\r\n"],
    ["a literal text at the end, without a line end", "a: |\n  x"],
  ])("reads %s as the YAML package does", (_, text) => {
    expect(readPlainYaml(text)).toBeDefined();
    expect(readPlainYaml(text)).toEqual(byPackage(text));
  });

  test.each([
    ["an anchor", "a: &x 1\n"],
    ["an alias", "a: *x\n"],
    ["a tag", "a: !!str 1\n"],
    ["a flow list", "a: [1]\n"],
    ["a folded text", "a: >\n  x\n"],
    ["a text over two lines", "a: x\n  y\n"],
    ["a second document", "a: 1\n---\nb: 2\n"],
    ["a name given twice", "a: 1\na: 2\n"],
    ["a tab", "a:\t1\n"],
    ["a lone carriage return", "a: 1\rb: 2\n"],
    ["an escape", 'a: "\\n"\n'],
    ["a colon in a plain text", "a: b: c\n"],
    ["odd indentation", "a: 1\n  b: 2\n"],
    ["less indentation than its parent", "  a: 1\nb: 2\n"],
    ["a list in a list", "a:\n  - - 1\n"],
    ["an octal number", "a: 0o17\n"],
    ["a name that is a number", "1: x\n"],
    ["a name that is a word", "true: x\n"],
    ["text after a quote", "a: 'x' y\n"],
    ["depth without end", Array.from({ length: 40 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
  ])("leaves %s to the package", (_, text) => expect(readPlainYaml(text)).toBeUndefined());

  it("never reads anything else than the package does", () => {
    const indent = fc.constantFrom("", "", "  ", "    ", " ");
    const start = fc.constantFrom(
      "a: ",
      "b: ",
      "c:",
      "- ",
      "- a: ",
      "- b: ",
      "'k': ",
      "a|all: ",
      "a b: ",
      "# ",
      "-",
      "",
    );
    const rest = fc.constantFrom(
      "x",
      "1",
      "",
      "'q'",
      '"d"',
      "|",
      "|-",
      "null",
      "x # y",
      "x: y",
      "-1",
      "1e3",
      ".5",
      "- x",
      "'",
      "~",
      "y:",
      "#",
      ">",
      "*a",
      "No",
      "0x1F",
      "x'y",
    );
    const text = fc
      .array(
        fc.tuple(indent, start, rest).map((parts) => parts.join("")),
        { maxLength: 7 },
      )
      .map((lines) => lines.join("\n"));
    let read = 0;
    fc.assert(
      fc.property(text, (one) => {
        const value = readPlainYaml(one);
        if (value === undefined) return;
        read++;
        expect(byPackage(one)).toEqual(value);
      }),
      { numRuns: 8000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  it.skipIf(!existsSync(RULES))("reads nearly every rule of SigmaHQ, and each as the package does", async () => {
    const texts = (await readTarGz(RULES))
      .filter(({ name }) => name.endsWith(".yml"))
      .map(({ bytes }) => bytes.toString("utf8"));
    const read = texts.filter((text) => readPlainYaml(text) !== undefined && text.length <= MAX_ANY_LENGTH);
    expect(read.length / texts.length).toBeGreaterThan(0.99);
    expect(
      read.filter((text) => JSON.stringify(jsonOf(readPlainYaml(text))) !== JSON.stringify(jsonOf(byPackage(text)))),
    ).toEqual([]);
  });
});

/** Maps as lists of pairs, so that the order of keys is compared as well. */
function jsonOf(value: Yaml | undefined): unknown {
  if (value instanceof Map) return [...value].map(([key, item]) => [key, jsonOf(item)]);
  return Array.isArray(value) ? value.map(jsonOf) : value;
}
