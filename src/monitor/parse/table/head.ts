import { type HeadLine, HeadLines } from "../../event/index.ts";
import { MAX_FIELDS } from "../bounds.ts";
import { unescapeZeek } from "../zeek/value.ts";
import { readCsvHeader } from "./cells.ts";
import type { Table, ZeekTable } from "./table.ts";

/**
 * Follows the lines of one stream and knows which table the next one is a row of. What stands above the rows (Zeek's `#fields`,
 * W3C's `#Fields:`, with a source pinned to CSV its first line) is remembered here, so that reading a line needs no memory of others.
 */
export class TableHead {
  readonly #lines = new HeadLines();
  readonly #csv: Table | undefined;
  #table: Table | undefined;

  /** above: lines that stood above in the same stream and are not given again; the first of them is a CSV header, or empty. */
  constructor(format: string, above = "") {
    const [first = "", ...lines] = above.split("\n");
    this.#csv = format === "csv" && first !== "" ? csvTable(first.replace(/^\uFEFF/, "")) : undefined;
    for (const line of lines) this.#lines.take(Buffer.from(line));
    this.#table = tableFrom(this.#lines.lines) ?? this.#csv;
  }

  /** The table that this line is a row of. Undefined when none is known, or when the line itself is one that tells of columns. */
  tableOf(line: Buffer): Table | undefined {
    if (!this.#lines.take(line)) return this.#table;
    this.#table = tableFrom(this.#lines.lines) ?? this.#csv;
    return undefined;
  }
}

const csvTable = (header: string): Table => ({ kind: "csv", header, ...readCsvHeader(header) });

function tableFrom(lines: readonly HeadLine[]): Table | undefined {
  const said = new Map(lines.map(({ word, value }) => [word, value]));
  return lines[0]?.family === "zeek" ? zeekTable(said) : w3cTable(said);
}

type Said = ReadonlyMap<string, string>;

/** `#separator` is followed by a space, the others by the separator itself. */
function zeekTable(said: Said): ZeekTable | undefined {
  const separator = unescapeZeek((said.get("separator") ?? "").slice(1)) || "\t";
  const value = (word: string): string | undefined => {
    const text = said.get(word);
    return text?.startsWith(separator) ? text.slice(separator.length) : text;
  };
  const names = value("fields");
  if (names === undefined) return undefined;
  return {
    kind: "zeek",
    separator,
    setSeparator: unescapeZeek(value("set_separator") ?? "") || ",",
    emptyField: value("empty_field") ?? "(empty)",
    unsetField: value("unset_field") ?? "-",
    path: value("path") ?? "",
    names: names.split(separator, MAX_FIELDS),
    types: value("types")?.split(separator, MAX_FIELDS) ?? [],
  };
}

/** Names stand apart by spaces, with Exchange by commas; rows likewise, or by tabs as CloudFront's, which they show themselves. */
function w3cTable(said: Said): Table | undefined {
  const fields = said.get("fields");
  if (fields === undefined) return undefined;
  const isCommas = fields.includes(",") && !/\s/.test(fields);
  return {
    kind: "w3c",
    names: fields.split(isCommas ? "," : /\s+/, MAX_FIELDS),
    software: said.get("software") ?? "",
    isLocal: /^local/i.test(said.get("time format") ?? ""),
    delimiter: isCommas ? "," : "",
  };
}
