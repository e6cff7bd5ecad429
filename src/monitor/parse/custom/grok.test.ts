import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { compileGrok } from "./grok.ts";

const grokOf = (pattern: string) => compileGrok(pattern, new Map(), ["read"]);
const fieldsOf = (pattern: string, text: string) => {
  const fields: Record<string, string | number> = {};
  const isRead = grokOf(pattern).read(text, (name, value) => {
    fields[name] = value;
  });
  return isRead ? fields : undefined;
};

/** Characters that `work` looks at, counted where text is looked at: one by one, or by a search. */
function looksOf(work: () => void): number {
  const proto = String.prototype;
  const { charCodeAt, indexOf, lastIndexOf, startsWith } = proto;
  let looks = 0;
  const counting = {
    charCodeAt(this: string, at: number) {
      looks += 1;
      return charCodeAt.call(this, at);
    },
    indexOf(this: string, wanted: string, from = 0) {
      const found = indexOf.call(this, wanted, from);
      looks += (found < 0 ? this.length : found) - Math.min(from, this.length) + wanted.length;
      return found;
    },
    lastIndexOf(this: string, wanted: string, from = this.length) {
      const found = lastIndexOf.call(this, wanted, from);
      looks += Math.min(from, this.length) - Math.max(found, 0) + wanted.length;
      return found;
    },
    startsWith(this: string, wanted: string, at = 0) {
      looks += wanted.length;
      return startsWith.call(this, wanted, at);
    },
  };
  Object.assign(proto, counting);
  try {
    work();
  } finally {
    Object.assign(proto, { charCodeAt, indexOf, lastIndexOf, startsWith });
  }
  return looks;
}

describe("What a grok pattern may cost", () => {
  const CHARS = 8_192;
  /** The bound of docs/parsers-custom.md; a step may look at a character a few times (is it one? does it end here? is it a number?). */
  const most = 4 * (10_000 + 64 * CHARS);
  const long = (unit: string, chars = CHARS): string => unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars);

  test.each([
    ["a search back from each word", "%{DATA:a} %{NOTSPACE:b}=%{REST:c}", long("a ")],
    ["two texts of any length before it", "%{DATA:a} %{DATA:b} %{NOTSPACE:c}=%{REST:d}", long("a ")],
    ["hexadecimal digits that are no address", "%{DATA:a}%{IP:ip}%{REST:r}!", long("a")],
    ["quotes that never close", "%{DATA:a}%{QUOTED:q}%{REST:r}", long('\\"')],
    ["a search from the end", "%{DATA:a},%{REST:b};%{INT:c}", long(",", CHARS)],
    ["a fixed text that nearly stands everywhere", `%{DATA:a}${"-".repeat(500)}>%{REST:b}`, long("-")],
    ["the same behind a value", `%{DATA:a}%{INT:n}${"-".repeat(500)}>%{REST:b}`, long(`1${"-".repeat(500)}`)],
  ])("is bounded for %s", (_, pattern, text) => {
    const grok = grokOf(pattern);
    expect(looksOf(() => grok.read(text, () => {}))).toBeLessThan(most);
  });

  it("is bounded for any pattern and any text that repeats itself", () => {
    const kinds =
      "DATA REST WORD NOTSPACE INT NUMBER IP IPORHOST HOST QUOTED SPACE PATH PORT USER EMAIL ISO8601 LOGLEVEL";
    const pieces = [
      ...kinds.split(" ").map((kind) => `%{${kind}:${kind.toLowerCase()}}`),
      ..." =:\"'a1-",
      "--->",
      " a ",
    ];
    const unit = fc.string({ unit: fc.constantFrom(..."af1:.\"\\' =-"), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }),
        fc.tuple(unit, unit, fc.constantFrom(0, 1, CHARS / 2)),
        (parts, [one, other, at]) => {
          // What begins anywhere and ends with a sign that never comes tries every way there is.
          const grok = grokOf(`%{DATA:any}${parts.join("")}!`);
          const text = long(one, at) + long(other, CHARS - at);
          expect(looksOf(() => grok.read(text, () => {}))).toBeLessThan(most);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ["%{DATA:a} %{NOTSPACE:b}=%{REST:c}", `${long("a ", 32_000)}user=sato`, { b: "user", c: "sato" }],
    ["%{DATA:a}%{IP:ip}%{REST:r}", `${long("x ", 32_000)}2001:db8::7.`, { ip: "2001:db8::7", r: "." }],
    ["%{DATA:a}: %{QUOTED:q}", `${long("don't: ", 3_500)}: "b"`, { q: "b" }],
    ["%{REST:a}, %{INT:n}", `${long("x, y", 32_000)}, 7`, { n: "7" }],
  ])("leaves room for what it reads at the end of a long line: %s", (pattern, text, fields) =>
    expect(fieldsOf(pattern, text)).toMatchObject(fields),
  );
});
