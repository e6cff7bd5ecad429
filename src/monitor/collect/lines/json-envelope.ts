const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const MAX_KEY_CHARS = 64;

/** CloudTrail in S3, Azure's diagnostic logs, Microsoft Graph, CloudWatch subscriptions: the array whose elements are the events. */
const LISTS: ReadonlySet<string> = new Set(["Records", "records", "logEvents"]);
/** A word too common to be taken for a list of events unless OData (Graph) stands before it. */
const ODATA_LIST = "value";
/** What may stand before it. Anything else: an object of its own, that has such a list among other things. */
const COMPANIONS: ReadonlySet<string> = new Set([
  "messageType",
  "owner",
  "logGroup",
  "logStream",
  "subscriptionFilters",
  "policyLevel",
]);

export type Look = "maybe" | "yes" | "no";
type Mode = "key?" | "key" | "colon" | "list" | "element?" | "skip" | "string" | "escape";

/**
 * Looks at an object's bytes behind its opening brace and says whether it is only the cover of a list of events; "yes" at the brace of
 * the first of them. An empty list, or one of no objects, is none. Holds one key.
 */
export class JsonEnvelope {
  #mode: Mode = "key?";
  #key = "";
  #depth = 0;
  #isOData = false;

  see(byte: number): Look {
    if (byte <= 0x20 && this.#mode !== "key" && this.#mode !== "string") return "maybe";
    switch (this.#mode) {
      case "key":
        return this.#inKey(byte);
      case "list":
        return this.#next(byte === OPEN_BRACKET, "element?");
      case "element?":
        return byte === OPEN_BRACE ? "yes" : "no";
      case "key?":
        this.#key = "";
        return this.#next(byte === QUOTE, "key");
      case "colon":
        return this.#next(byte === COLON, this.#isList() ? "list" : "skip");
      default:
        return this.#skipped(byte);
    }
  }

  #next(isRight: boolean, mode: Mode): Look {
    this.#mode = mode;
    return isRight ? "maybe" : "no";
  }

  #inKey(byte: number): Look {
    if (byte !== QUOTE) {
      this.#key += String.fromCharCode(byte);
      return this.#key.length > MAX_KEY_CHARS ? "no" : "maybe";
    }
    if (this.#key.startsWith("@odata.")) this.#isOData = true;
    else if (!this.#isList() && !COMPANIONS.has(this.#key)) return "no";
    return this.#next(true, "colon");
  }

  #isList(): boolean {
    return LISTS.has(this.#key) || (this.#isOData && this.#key === ODATA_LIST);
  }

  /** A companion's value, up to the comma behind it. */
  #skipped(byte: number): Look {
    if (this.#mode === "escape") this.#mode = "string";
    else if (this.#mode === "string") {
      if (byte === QUOTE) this.#mode = "skip";
      else if (byte === BACKSLASH) this.#mode = "escape";
    } else if (byte === QUOTE) this.#mode = "string";
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1;
    else if (byte === 0x7d || byte === 0x5d) this.#depth -= 1;
    else if (byte === COMMA && this.#depth === 0) this.#mode = "key?";
    return this.#depth < 0 ? "no" : "maybe";
  }
}

/** Does a text of JSON begin with such a cover? */
export function isJsonEnvelope(head: Buffer): boolean {
  const start = head.indexOf(OPEN_BRACE);
  if (start < 0) return false;
  const envelope = new JsonEnvelope();
  for (let at = start + 1; at < head.length; at += 1) {
    const look = envelope.see(head[at] ?? 0);
    if (look !== "maybe") return look === "yes";
  }
  return false;
}
