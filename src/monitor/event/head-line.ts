/** Which way of naming columns a line above a table belongs to. */
export type HeadFamily = "zeek" | "w3c";
export type HeadLine = { readonly family: HeadFamily; readonly word: string; readonly value: string };

const HASH = 35;
const MAX_WORD_CHARS = 20;
const ZEEK = /^#(separator|set_separator|empty_field|unset_field|path|fields|types|open|close)(?![\w-])/;
const W3C = /^#(version|fields|software|start-date|end-date|date|remark|time format|log-type)[ \t]*:/i;

/**
 * A line that names the columns of the rows below it, or says something else of them: Zeek's `#fields<separator>…`, the W3C
 * extended log format's `#Fields: …`. Undefined for any other line. `word` is in lower case.
 */
export function headLineOf(text: string): HeadLine | undefined {
  if (text.charCodeAt(0) !== HASH) return undefined;
  const start = text.slice(0, MAX_WORD_CHARS);
  const w3c = W3C.exec(start);
  if (w3c !== null) return headLine("w3c", w3c, text.slice(w3c[0].length).trim());
  const zeek = ZEEK.exec(start);
  return zeek === null ? undefined : headLine("zeek", zeek, text.slice(zeek[0].length));
}

const headLine = (family: HeadFamily, found: RegExpExecArray, value: string): HeadLine => ({
  family,
  word: (found[1] ?? "").toLowerCase(),
  value,
});

/** A longer header names more columns than an event keeps fields, and a log record's meta has no room for it. */
const MAX_LINE_BYTES = 16 * 1024;
const MAX_KEPT_CHARS = 32 * 1024;

/**
 * Of the lines of one stream, those that say what the columns of the next line are. Lines of the other family, and Zeek's `#separator`
 * and `#close`, end what was said before. Given its own text again it keeps the same: what a record carries and what was read agree.
 */
export class HeadLines {
  #kept = new Map<string, { readonly text: string; readonly line: HeadLine }>();
  #chars = 0;

  /** True when the line is one that tells of columns. */
  take(bytes: Buffer): boolean {
    if (bytes[0] !== HASH || bytes.length > MAX_LINE_BYTES) return false;
    const text = bytes.toString("utf8");
    const line = headLineOf(text);
    if (line === undefined) return false;
    if (line.word === "separator" || line.word === "close" || line.family !== this.#family) this.#clear();
    this.#chars += text.length - (this.#kept.get(line.word)?.text.length ?? 0);
    this.#kept.delete(line.word);
    if (line.word !== "close") this.#kept.set(line.word, { text, line });
    else this.#chars = 0;
    if (this.#chars > MAX_KEPT_CHARS) this.#clear();
    return true;
  }

  get lines(): readonly HeadLine[] {
    return [...this.#kept.values()].map(({ line }) => line);
  }

  get text(): string {
    return [...this.#kept.values()].map(({ text }) => text).join("\n");
  }

  get #family(): HeadFamily | undefined {
    return this.#kept.values().next().value?.line.family;
  }

  #clear(): void {
    this.#kept.clear();
    this.#chars = 0;
  }
}
