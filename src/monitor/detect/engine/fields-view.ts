import type { Fields, FieldValue } from "../../event/index.ts";
import type { JsonText } from "../json-text.ts";
import { MAX_CACHED_LENGTH, ValueCache } from "../value-cache.ts";
import type { Group } from "./group.ts";
import { NumberSet } from "./number-set.ts";
import type { ValueIndex } from "./value-index.ts";
import { ValueRecord } from "./value-record.ts";
import { type EventView, NULL_RANK } from "./view.ts";

const NO_FIELDS: Fields = Object.freeze(Object.create(null));
/** Values remembered are at most twice as many. */
const REMEMBERED = 4096;

/** An event whose fields are decoded already. */
export class FieldsView implements EventView {
  readonly filled: NumberSet;
  readonly #values: (FieldValue | undefined)[];
  readonly #ranks: Int32Array;
  readonly #recorded: NumberSet;
  readonly #records: (ValueRecord | undefined)[];
  readonly #known = new ValueCache<ValueRecord>(REMEMBERED);
  readonly #all: FieldValue[] = [];
  #fields: Fields = NO_FIELDS;
  #added: Fields | undefined;
  #text: JsonText | undefined;

  constructor(slots: number) {
    this.filled = new NumberSet(slots);
    this.#values = new Array<FieldValue | undefined>(slots).fill(undefined);
    this.#ranks = new Int32Array(slots);
    this.#recorded = new NumberSet(slots);
    this.#records = new Array<ValueRecord | undefined>(slots).fill(undefined);
  }

  /** added: fields that the event did not come with. Rules read them by name; keywords are not sought in them. */
  open(fields: Fields, text: JsonText | undefined, added?: Fields): this {
    this.#fields = fields;
    this.#added = added;
    this.#text = text;
    return this;
  }

  /** So that no event is kept in memory longer than it is used. */
  close(): void {
    this.#fields = NO_FIELDS;
    this.#added = undefined;
    this.#text = undefined;
    this.#all.length = 0;
  }

  fill(group: Group): void {
    this.filled.clear();
    this.#recorded.clear();
    let count = 0;
    for (const name in this.#fields) {
      const value = this.#fields[name] ?? null;
      this.#all[count++] = value;
      this.#feed(group, name, value);
    }
    this.#all.length = count;
    if (this.#added !== undefined) for (const name in this.#added) this.#feed(group, name, this.#added[name] ?? null);
  }

  #feed(group: Group, name: string, value: FieldValue): void {
    const feed = group.feedOf(name);
    if (feed.length === 0) return;
    for (const { slot, rank } of feed) this.#put(slot, value === null ? rank + NULL_RANK : rank, value);
  }

  recordOf(slot: number): ValueRecord | undefined {
    if (!this.filled.has(slot)) return undefined;
    if (!this.#recorded.has(slot)) {
      this.#recorded.add(slot);
      this.#records[slot] = this.#recall(this.#values[slot] ?? null);
    }
    return this.#records[slot];
  }

  /** Most events have none of the keywords, which the text they came as shows faster than their values. */
  mayHave(keywords: ValueIndex): boolean {
    if (this.#text === undefined) return true;
    const { bytes, made } = this.#text;
    for (const value of made) if (keywords.read(value).predicates.length > 0) return true;
    return keywords.mayBeIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
  }

  values(): readonly FieldValue[] {
    return this.#all;
  }

  /** Rules compare texts: a number is known by its own. */
  #recall(value: FieldValue): ValueRecord {
    if (value === null || typeof value === "object") return new ValueRecord(value);
    const text = String(value);
    if (text.length > MAX_CACHED_LENGTH) return new ValueRecord(text);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const record = new ValueRecord(text);
    this.#known.set(text, record);
    return record;
  }

  #put(slot: number, rank: number, value: FieldValue): void {
    if (this.filled.has(slot) && (this.#ranks[slot] ?? 0) <= rank) return;
    this.filled.add(slot);
    this.#ranks[slot] = rank;
    this.#values[slot] = value;
  }
}
