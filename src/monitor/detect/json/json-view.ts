import type { FieldValue } from "../../event/index.ts";
import type { Feed, Group } from "../engine/group.ts";
import { NumberSet } from "../engine/number-set.ts";
import type { ValueIndex } from "../engine/value-index.ts";
import { ValueRecord } from "../engine/value-record.ts";
import { type EventView, NULL_RANK } from "../engine/view.ts";
import { ByteCache } from "./byte-cache.ts";
import type { JsonMembers } from "./members.ts";

/** Values remembered are at most half as many, and their texts as long as that. */
const REMEMBERED = 16_384;
const POOL_BYTES = 1 << 21;

/** An event whose values stay JSON text until a rule needs one decoded; texts seen before are known by their bytes. */
export class JsonView implements EventView {
  readonly filled: NumberSet;
  readonly #members: JsonMembers;
  readonly #memberOf: Int32Array;
  readonly #ranks: Int32Array;
  readonly #recorded: NumberSet;
  readonly #records: (ValueRecord | undefined)[];
  readonly #known = new ByteCache<ValueRecord>(REMEMBERED, POOL_BYTES);
  readonly #feeds = new WeakMap<Group, (Feed | undefined)[]>();

  constructor(members: JsonMembers, slots: number) {
    this.filled = new NumberSet(slots);
    this.#members = members;
    this.#memberOf = new Int32Array(slots);
    this.#ranks = new Int32Array(slots);
    this.#recorded = new NumberSet(slots);
    this.#records = new Array<ValueRecord | undefined>(slots).fill(undefined);
  }

  fill(group: Group): void {
    this.filled.clear();
    this.#recorded.clear();
    const { names, count } = this.#members;
    const feeds = this.#feedsOf(group);
    for (let member = 0; member < count; member++) {
      const name = names[member] ?? 0;
      const feed = feeds[name] ?? this.#learn(feeds, name, group);
      for (let i = 0; i < feed.length; i++) {
        const { slot, rank } = feed[i] ?? { slot: 0, rank: 0 };
        this.#put(slot, this.#members.isNull(member) ? rank + NULL_RANK : rank, member);
      }
    }
  }

  recordOf(slot: number): ValueRecord | undefined {
    if (!this.filled.has(slot)) return undefined;
    if (!this.#recorded.has(slot)) {
      this.#recorded.add(slot);
      this.#records[slot] = this.#recall(this.#memberOf[slot] ?? 0);
    }
    return this.#records[slot];
  }

  /** Most events have none of the keywords, which their text shows without a value being read. */
  mayHave(keywords: ValueIndex): boolean {
    return keywords.mayBeIn(this.#members.view, this.#members.length) || this.#members.hasOddLetters();
  }

  values(): readonly FieldValue[] {
    return Array.from({ length: this.#members.count }, (_, member) => this.#members.valueOf(member));
  }

  #recall(member: number): ValueRecord {
    const from = this.#members.from[member] ?? 0;
    const to = this.#members.to[member] ?? 0;
    const known = this.#known.get(this, this.#members.view, from, to);
    if (known !== undefined) return known;
    const record = new ValueRecord(this.#members.valueOf(member));
    this.#known.set(this, this.#members.bytes, from, to, record);
    return record;
  }

  #put(slot: number, rank: number, member: number): void {
    if (this.filled.has(slot) && (this.#ranks[slot] ?? 0) <= rank) return;
    this.filled.add(slot);
    this.#ranks[slot] = rank;
    this.#memberOf[slot] = member;
  }

  #feedsOf(group: Group): (Feed | undefined)[] {
    const known = this.#feeds.get(group);
    if (known !== undefined) return known;
    const feeds: (Feed | undefined)[] = [];
    this.#feeds.set(group, feeds);
    return feeds;
  }

  #learn(feeds: (Feed | undefined)[], name: number, group: Group): Feed {
    const feed = group.feedOf(this.#members.table.names[name] ?? "");
    while (feeds.length <= name) feeds.push(undefined);
    feeds[name] = feed;
    return feed;
  }
}
