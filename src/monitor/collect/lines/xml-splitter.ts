import { Held } from "./held.ts";
import type { SplitOptions, Splitter } from "./splitter.ts";

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const LF = 0x0a;
const SPACE = 0x20;
/** A byte order mark between glued files is none of the text. */
const NOT_ASCII = 0x80;
/** Longer than any name that counts here. */
const MAX_NAME_CHARS = 8;

export type XmlSplitOptions = Omit<SplitOptions, "encoding"> & {
  /** Something between the events that is no XML of an export. Reported once per run. */
  readonly onStray: (line: number) => void;
};

/**
 * Cuts exports of the Windows event log (Event Viewer's "Save as XML", `wevtutil qe /f:xml`) into their `<Event>` elements, byte for
 * byte, however they stand on lines. It reads tag names only: in XML a `<` stands for nothing else. An event that does not close ends
 * where the next begins. Holds at most one. Not UTF-16.
 */
export function createXmlSplitter(options: XmlSplitOptions): Splitter {
  return new XmlSplitter(options);
}

/** Does a text begin as such an export? Its XML declaration and a comment may stand above. */
export const isEventXml = (text: string): boolean =>
  /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,1000}-->\s*)?<(?:Events|Event)[\s>]/.test(text);

type Tag = "start" | "end" | "other";

class XmlSplitter implements Splitter {
  readonly #options: XmlSplitOptions;
  readonly #parts = new Held();
  #heldBytes = 0;
  /** A tag's first bytes at the end of a piece: they are read again with the next. */
  #begun: Buffer = Buffer.alloc(0);
  #line = 1;
  #startLine = 1;
  #isInEvent = false;
  #isInTag = false;
  #tag: Tag = "other";
  #last = 0;
  #isStray = false;

  constructor(options: XmlSplitOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    this.#begun = Buffer.alloc(0);
    let start = 0;
    let end = bytes.length;
    for (let at = 0; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === LESS) {
        const name = nameAt(bytes, at + 1);
        if (name === undefined) end = at;
        else if (this.#openTag(name, bytes.subarray(start, at))) start = at;
      } else if (byte === GREATER && this.#isInTag) {
        this.#isInTag = false;
        if (this.#closesEvent()) {
          this.#take(bytes.subarray(start, at + 1));
          start = at + 1;
        }
      } else if (!this.#isInTag && !this.#isInEvent && byte > SPACE && byte < NOT_ASCII) this.#stray();
      if (byte === LF) this.#line += 1;
      this.#last = byte;
    }
    if (this.#isInEvent) this.#hold(bytes.subarray(start, end));
    this.#begun = bytes.subarray(end);
  }

  end(): void {
    if (this.#isInEvent) this.#take(this.#begun);
  }

  /** True when an event starts with this tag; `before` belongs to one that has not closed. */
  #openTag(name: string, before: Buffer): boolean {
    this.#isInTag = true;
    this.#tag = name === "Event" ? "start" : name === "/Event" ? "end" : "other";
    if (this.#tag !== "start") {
      if (!this.#isInEvent && !/^(?:\/?Events$|[?!])/.test(name)) this.#stray();
      return false;
    }
    if (this.#isInEvent) this.#take(before);
    this.#isInEvent = true;
    this.#startLine = this.#line;
    return true;
  }

  #closesEvent(): boolean {
    return this.#isInEvent && (this.#tag === "end" || (this.#tag === "start" && this.#last === SLASH));
  }

  #stray(): void {
    if (!this.#isStray) this.#options.onStray(this.#line);
    this.#isStray = true;
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#options.maxBytes) this.#parts.clear();
    else this.#parts.add(bytes);
  }

  #take(last: Buffer): void {
    this.#hold(last);
    if (this.#heldBytes > this.#options.maxBytes) this.#options.onTooLarge(this.#startLine);
    else this.#options.onEvent(this.#parts.take(), this.#startLine);
    this.#parts.clear();
    this.#heldBytes = 0;
    this.#isInEvent = false;
    this.#isStray = false;
  }
}

/** A tag's name with what stands before it (`/`, `?`, `!`), cut at MAX_NAME_CHARS; undefined when the bytes end within it. */
function nameAt(bytes: Buffer, from: number): string | undefined {
  let end = from;
  while (end < from + MAX_NAME_CHARS) {
    const byte = bytes[end];
    if (byte === undefined) return undefined;
    if (byte <= SPACE || byte === GREATER || (byte === SLASH && end > from)) break;
    end += 1;
  }
  return bytes.toString("latin1", from, end);
}
