import { decodeText, type Encoding } from "../../../kernel/encoding/index.ts";
import { HeadLines } from "../../event/index.ts";

const MAX_FIRST_BYTES = 16 * 1024;
/** As JSON, whose escapes and UTF-8 make it longer than its characters: a record's meta holds 64 KiB, and one that does not fit is never stored. */
const MAX_CARRIED_BYTES = 56 * 1024;

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
  readonly #lines = new HeadLines();
  readonly #encoding: Encoding | undefined;

  /** encoding: the body's, where it is known. */
  constructor(encoding?: Encoding) {
    this.#encoding = encoding;
  }

  add(line: Buffer): void {
    const isHead = this.#lines.take(line);
    this.#first ??= isHead || line.length > MAX_FIRST_BYTES ? "" : decodeText(line, this.#encoding).text;
  }

  get head(): Head {
    return { first: this.#first ?? "", columns: this.#lines.text };
  }
}

/** What a record carries for a source of that format: TableHead's `above`. Undefined when there is nothing to carry, or more than a record holds. */
export function headFor(format: string, { first, columns }: Head): string | undefined {
  const above = `${format === "csv" ? first : ""}\n${columns}`;
  const isCarried = above !== "\n" && Buffer.byteLength(JSON.stringify(above)) <= MAX_CARRIED_BYTES;
  return isCarried ? above : undefined;
}
