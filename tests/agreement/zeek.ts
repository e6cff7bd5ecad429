import type { FieldValue } from "../../src/monitor/event/index.ts";
import type { TarFile } from "../support/tar.ts";
import { type Claim, readLines, type Tallies, told } from "./agreement.ts";

/** Zeek's test suite masks times; a time in its place makes the line what Zeek wrote. */
const unmasked = (text: string): string => text.replaceAll("XXXXXXXXXX.XXXXXX", "1234567890.123456");

/** Every column of every row and every member of every JSON record of Zeek's own tests, against our field of the same name. */
export function checkZeek(files: readonly TarFile[], tallies: Tallies): void {
  for (const { name, bytes } of files) {
    if (!name.endsWith(".log")) continue;
    const lines = unmasked(bytes.toString("utf8"))
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("### BTest"));
    if (lines.some((line) => line.startsWith("#fields"))) checkTable(lines, tallies);
    else if (lines.some((line) => line.startsWith("{"))) checkJson(lines, name, tallies);
    else tallies.leave("zeek: lines of output that was cut to some columns, and is no log of Zeek's", lines.length);
  }
}

type Head = {
  separator: string;
  sets: string;
  empty: string;
  unset: string;
  path: string;
  names: string[];
  types: string[];
};

function checkTable(lines: readonly string[], tallies: Tallies): void {
  const head: Head = { separator: "\t", sets: ",", empty: "", unset: "", path: "", names: [], types: [] };
  const events = readLines(lines);
  lines.forEach((line, at) => {
    if (line.startsWith("#")) {
      takeHead(head, line);
      return;
    }
    const event = events[at];
    const cells = line.split(head.separator);
    if (event === undefined || cells.length !== head.names.length) {
      tallies.leave("zeek: lines in a table that have not its columns");
      return;
    }
    const claims = head.names.map((name, column): Claim => {
      const [cell = "", ours] = [cells[column], event.fields[name]];
      return {
        name,
        expected: cell,
        ours: told(ours) ?? "(none)",
        agrees: isCell(ours, cell, { head, type: head.types[column] ?? "" }),
      };
    });
    tallies.of(`zeek tsv ${head.path}`).add(line, event, claims);
  });
}

function takeHead(head: Head, line: string): void {
  if (line.startsWith("#separator ")) head.separator = plain(line.slice(11)).toString("latin1");
  const [word, ...rest] = line.split(head.separator);
  const value = rest[0] ?? "";
  if (word === "#set_separator") head.sets = plain(value).toString("utf8");
  else if (word === "#empty_field") head.empty = value;
  else if (word === "#unset_field") head.unset = value;
  else if (word === "#path") head.path = value;
  else if (word === "#fields") head.names = rest;
  else if (word === "#types") head.types = rest;
}

/** The bytes that Zeek's escapes stand for. */
function plain(text: string): Buffer {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\\\)/);
  return Buffer.concat(
    parts.map((part, at) =>
      at % 2 === 0 ? Buffer.from(part) : part === "\\\\" ? Buffer.from("\\") : Buffer.from(part.slice(2), "hex"),
    ),
  );
}

function isCell(ours: FieldValue | undefined, cell: string, { head, type }: { head: Head; type: string }): boolean {
  if (cell === head.unset) return ours === undefined || ours === null;
  const inner = /\[(.*)\]$/.exec(type)?.[1];
  if (inner !== undefined) {
    const items = cell === head.empty ? [] : cell.split(head.sets);
    return (
      Array.isArray(ours) &&
      ours.length === items.length &&
      items.every((item, at) => isCell(ours[at], item, { head, type: inner }))
    );
  }
  if (cell === head.empty) return ours === "";
  if (type === "bool") return ours === (cell === "T");
  if (typeof ours === "number") return ours === Number(cell);
  // NUL, which no engine takes, stays escaped, as Zeek's own JSON has it.
  return (
    typeof ours === "string" &&
    (plain(cell.replaceAll(/(?<!\\)\\x00/g, "\\\\x00")).equals(Buffer.from(ours)) || ours === cell)
  );
}

function checkJson(lines: readonly string[], name: string, tallies: Tallies): void {
  const events = readLines(lines);
  lines.forEach((line, at) => {
    const event = events[at];
    const record = parsed(line);
    if (event === undefined || record === undefined) {
      tallies.leave("zeek: lines in a file of JSON that are none");
      return;
    }
    const claims = leaves(record, "").map(([key, value]): Claim => {
      const ours = event.fields[key];
      return {
        name: key,
        expected: JSON.stringify(value),
        ours: told(ours) ?? "(none)",
        agrees: JSON.stringify(ours) === JSON.stringify(value),
      };
    });
    tallies.of(`zeek json ${/([^/]+)\.log$/.exec(name)?.[1] ?? ""}`).add(line, event, claims);
  });
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Members by dotted name, as detection names them. */
const leaves = (value: object, above: string): readonly (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([key, member]) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? leaves(member, `${above}${key}.`)
      : [[`${above}${key}`, member] as const],
  );
