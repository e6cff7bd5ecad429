import { type HeadLine, headLineOf } from "../../event/index.ts";
import { MAX_FIELDS } from "../bounds.ts";
import { unescapeZeek } from "../zeek/value.ts";
import { readCsvHeader } from "./cells.ts";
import type { Table, ZeekTable } from "./table.ts";

const HASH = 35;
/** A longer header names more columns than an event keeps fields. */
const MAX_HEAD_BYTES = 64 * 1024;
const ZEEK: ZeekTable = {
  kind: "zeek",
  separator: "\t",
  setSeparator: ",",
  emptyField: "(empty)",
  unsetField: "-",
  path: "",
  names: [],
  types: [],
};

/**
 * Follows the lines of one stream and knows which table the next one is a row of. What stands above the rows (Zeek's `#fields`,
 * W3C's `#Fields:`, with a source pinned to CSV its first line) is remembered here, so that reading a line needs no memory of others.
 */
export class TableHead {
  #table: Table | undefined;
  #zeek = ZEEK;
  #software = "";
  #isLocal = false;

  /** above: lines that stood above in the same stream and are not given again; the first of them may be a CSV header, or empty. */
  constructor(format: string, above = "") {
    const lines = above.split("\n");
    const first = lines[0] ?? "";
    if (format === "csv" && first !== "") this.#table = csvTable(first);
    for (const line of lines) this.#take(line);
  }

  /** The table that this line is a row of. Undefined when none is known, or when the line itself is one that tells of columns. */
  tableOf(line: Buffer): Table | undefined {
    if (line[0] !== HASH || line.length > MAX_HEAD_BYTES) return this.#table;
    return this.#take(line.toString("utf8")) ? undefined : this.#table;
  }

  #take(text: string): boolean {
    const line = headLineOf(text);
    if (line === undefined) return false;
    if (line.family === "zeek") this.#takeZeek(line);
    else this.#takeW3c(line);
    return true;
  }

  #takeZeek({ word, value }: HeadLine): void {
    const { separator } = this.#zeek;
    const text = value.startsWith(separator) ? value.slice(separator.length) : value;
    if (word === "separator") this.#zeek = { ...ZEEK, separator: unescapeZeek(value.slice(1)) || "\t" };
    else if (word === "set_separator") this.#zeek = { ...this.#zeek, setSeparator: unescapeZeek(text) || "," };
    else if (word === "empty_field") this.#zeek = { ...this.#zeek, emptyField: text };
    else if (word === "unset_field") this.#zeek = { ...this.#zeek, unsetField: text };
    else if (word === "path") this.#zeek = { ...this.#zeek, path: text };
    else if (word === "fields") this.#zeek = { ...this.#zeek, names: text.split(separator, MAX_FIELDS), types: [] };
    else if (word === "types") this.#zeek = { ...this.#zeek, types: text.split(separator, MAX_FIELDS) };
    else if (word === "close") this.#zeek = ZEEK;
    this.#table = this.#zeek.names.length > 0 ? this.#zeek : undefined;
  }

  #takeW3c({ word, value }: HeadLine): void {
    if (word === "software") {
      this.#software = value;
      this.#isLocal = false;
    } else if (word === "time format") this.#isLocal = /^local/i.test(value);
    else if (word === "fields") this.#setFields(value);
  }

  /** Names stand apart by spaces, with Exchange by commas; rows likewise, or by tabs as CloudFront's, which they show themselves. */
  #setFields(value: string): void {
    const isCommas = value.includes(",") && !/\s/.test(value);
    const names = value.split(isCommas ? "," : /\s+/, MAX_FIELDS);
    const delimiter = isCommas ? "," : "";
    this.#table = { kind: "w3c", names, software: this.#software, isLocal: this.#isLocal, delimiter };
  }
}

const csvTable = (header: string): Table => ({ kind: "csv", header, ...readCsvHeader(header) });
