import type { FieldValue } from "../../event/index.ts";
import type { Feed, Group } from "../engine/group.ts";
import { NumberSet } from "../engine/number-set.ts";
import { type Meaning, NO_MEANING, type ValueIndex } from "../engine/value-index.ts";
import { type EventView, NULL_RANK } from "../engine/view.ts";
import { ByteCache } from "./byte-cache.ts";
import type { JsonMembers } from "./members.ts";
import { TextScan } from "./text-scan.ts";

/** An event whose values stay JSON text until a rule needs one decoded; texts seen before are known by their bytes. */
export class JsonView implements EventView {
  readonly filled: NumberSet;
  readonly #decoded: NumberSet;
  readonly #values: (FieldValue | undefined)[];
  readonly #members: JsonMembers;
  readonly #memberOf: Int32Array;
  readonly #ranks: Int32Array;
  readonly #bytes: DataView;
  readonly #meanings = new ByteCache<Meaning>();
  readonly #feeds = new WeakMap<Group, (Feed | undefined)[]>();
  readonly #scans = new WeakMap<ValueIndex, TextScan | undefined>();

  constructor(members: JsonMembers, slots: number) {
    this.filled = new NumberSet(slots);
    this.#decoded = new NumberSet(slots);
    this.#values = new Array<FieldValue | undefined>(slots).fill(undefined);
    this.#members = members;
    this.#memberOf = new Int32Array(slots);
    this.#ranks = new Int32Array(slots);
    this.#bytes = new DataView(members.bytes.buffer);
  }

  fill(group: Group): void {
    this.filled.clear();
    this.#decoded.clear();
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

  valueOf(slot: number): FieldValue | undefined {
    if (!this.filled.has(slot)) return undefined;
    if (!this.#decoded.has(slot)) {
      this.#decoded.add(slot);
      this.#values[slot] = this.#members.valueOf(this.#memberOf[slot] ?? 0);
    }
    return this.#values[slot];
  }

  read(slot: number, index: ValueIndex): Meaning {
    return this.filled.has(slot) ? this.#readMember(this.#memberOf[slot] ?? 0, index) : NO_MEANING;
  }

  readAll(index: ValueIndex, found: (meaning: Meaning) => void): void {
    if (!this.#members.isForeign && this.#scanOf(index)?.mayBeIn(this.#bytes, this.#members.length) === false) return;
    for (let member = 0; member < this.#members.count; member++) found(index.read(this.#members.valueOf(member)));
  }

  someValue(accepts: (value: FieldValue) => boolean): boolean {
    for (let member = 0; member < this.#members.count; member++)
      if (accepts(this.#members.valueOf(member))) return true;
    return false;
  }

  /** Most events have none of the keywords, which their text shows at a glance. */
  #scanOf(index: ValueIndex): TextScan | undefined {
    if (this.#scans.has(index)) return this.#scans.get(index);
    const scan = index.insideTexts && TextScan.of(index.insideTexts);
    this.#scans.set(index, scan);
    return scan;
  }

  #readMember(member: number, index: ValueIndex): Meaning {
    const from = this.#members.from[member] ?? 0;
    const to = this.#members.to[member] ?? 0;
    const known = this.#meanings.get(index, this.#bytes, from, to);
    if (known !== undefined) return known;
    const meaning = index.read(this.#members.valueOf(member));
    this.#meanings.set(index, this.#members.bytes, from, to, meaning);
    return meaning;
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
