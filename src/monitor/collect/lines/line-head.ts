import { headLineOf } from "../../event/index.ts";

const HASH = 35;
const MAX_LINE_BYTES = 16 * 1024;
/** A record's meta has room for this. */
const MAX_CHARS = 32 * 1024;

/** Lines at the head of a body that say what its columns are. */
export type Head = {
  /** The body's first line: the header, when the source is CSV. */
  readonly first: string;
  /** Zeek's and W3C's, in their order, with line ends between. */
  readonly columns: string;
};

/** Remembers of the lines so far those that later lines are read by, so that each record of the log can carry them. */
export class LineHead {
  #first: string | undefined;
  #lines = new Map<string, string>();
  #family = "";

  add(line: Buffer): void {
    if (line[0] !== HASH && this.#first !== undefined) return;
    const text = line.length > MAX_LINE_BYTES ? "" : line.toString("utf8");
    const told = headLineOf(text);
    this.#first ??= told === undefined ? text : "";
    if (told === undefined) return;
    if (told.family !== this.#family || told.word === "separator") this.#lines.clear();
    this.#family = told.family;
    this.#lines.delete(told.word);
    this.#lines.set(told.word, text);
  }

  get head(): Head {
    const columns = [...this.#lines.values()].join("\n");
    return { first: this.#first ?? "", columns: columns.length > MAX_CHARS ? "" : columns };
  }
}

/** What a record carries for a source of that format: TableHead's `above`. Undefined when there is nothing to carry. */
export function headFor(format: string, { first, columns }: Head): string | undefined {
  const above = `${format === "csv" ? first : ""}\n${columns}`;
  return above === "\n" ? undefined : above;
}
