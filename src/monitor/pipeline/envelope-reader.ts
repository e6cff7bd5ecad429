import type { ParseHints } from "../parse/index.ts";

/** Envelopes of a batch repeat: the last one is read once. */
export class EnvelopeReader {
  #bytes = Buffer.alloc(0);
  #last: ParseHints["envelope"];

  /** The collector wrote the JSON; what is not an object is none. */
  read(bytes: Buffer | undefined): ParseHints["envelope"] {
    if (bytes === undefined) return undefined;
    if (!this.#bytes.equals(bytes)) {
      this.#bytes = Buffer.from(bytes);
      this.#last = objectIn(bytes);
    }
    return this.#last;
  }
}

function objectIn(bytes: Buffer): ParseHints["envelope"] {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
