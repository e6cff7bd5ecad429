import type { ResolvedCorrelation } from "../read/resolve.ts";
import { Entries, FIRED, HELD, NONE, PASSED_ON, REPORTED } from "./entries.ts";
import { carries, type Figure, figureOf } from "./figure.ts";
import { Groups } from "./groups.ts";
import type { Arrival, Contribution, Limits, WindowCounters, WindowFinding } from "./terms.ts";
import { TextTable } from "./text-table.ts";

const MAX_CONTRIBUTIONS = 50;

/**
 * The windows of one correlation. A window ends with each event and reaches back by the timespan, both ends included. Every group
 * keeps its events in order of time, and the window slides over them in both directions: a late event turns it back, takes its
 * place, and what came after is judged again.
 */
export class Correlator {
  readonly entries: Entries;
  readonly groups = new Groups();
  readonly texts = new TextTable();
  readonly counters: WindowCounters = { tooLate: 0, outOfOrder: 0, groupsDropped: 0, eventsDropped: 0 };
  readonly timespanMs: number;
  readonly #limits: Limits;
  readonly #figure: Figure;
  readonly #isChained: boolean;
  #found: WindowFinding | undefined;
  #held: { readonly timeMs: number; readonly id: bigint }[] = [];

  /** isChained: other correlations want to hear of every window that meets the condition. */
  constructor({ type, condition, timespanMs }: ResolvedCorrelation, limits: Limits, isChained: boolean) {
    const holds = carries(type, condition);
    this.#isChained = isChained;
    this.entries = new Entries(holds);
    this.timespanMs = timespanMs;
    this.#limits = limits;
    this.#figure = figureOf(type, condition, this);
  }

  /** Takes an event in. Returns what it brought to light, if anything; `takeHeld` tells of every window that met the condition. */
  add(arrival: Arrival): WindowFinding | undefined {
    this.#expire(arrival.clockMs);
    let group = this.groups.find(arrival.scope, arrival.key);
    const tail = group === NONE ? NONE : (this.groups.tail[group] ?? NONE);
    const isInOrder = this.#isInOrder(arrival, tail);
    if (!isInOrder && this.#isTooLate(group, tail, arrival)) {
      this.counters.tooLate++;
      return undefined;
    }
    if (group === NONE) group = this.#newGroup(arrival);
    this.groups.touch(group, arrival.clockMs);
    const entry = this.#newEntry(arrival, group);
    this.#found = undefined;
    // Making room may have given up the tail, after which everything is in order.
    if (isInOrder || this.#isInOrder(arrival, this.groups.tail[group] ?? NONE)) this.#append(group, entry);
    else this.#insert(group, entry, arrival);
    return this.#found;
  }

  /** Events at which the condition held for the first time known, since the last call. */
  takeHeld(): readonly { readonly timeMs: number; readonly id: bigint }[] {
    if (this.#held.length === 0) return this.#held;
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Puts back what a snapshot held of a group: entries linked in order. The window is found again from their times. */
  restoreWindow(group: number): void {
    const tail = this.groups.tail[group] ?? NONE;
    const from = this.#timeOf(tail) - this.timespanMs;
    let left = tail;
    for (let prev = tail === NONE ? NONE : this.entries.prev(tail); prev !== NONE && this.#timeOf(prev) >= from; ) {
      left = prev;
      prev = this.entries.prev(left);
    }
    this.groups.left[group] = left;
    for (let entry = left; entry !== NONE; entry = this.entries.next(entry)) {
      this.#enter(group, entry);
    }
    this.#figure.rewound(group, tail);
  }

  #timeOf(entry: number | undefined): number {
    return this.entries.time(entry ?? NONE);
  }

  /** By time, then as received; of one event's several members the later in the list goes first, so that it cannot follow itself. */
  #isInOrder(arrival: Arrival, before: number): boolean {
    if (before === NONE) return true;
    const { entries } = this;
    const one = entries.time(before);
    if (one !== arrival.timeMs) return one < arrival.timeMs;
    const oneId = entries.id(before);
    return oneId === arrival.id ? entries.member(before) >= arrival.member : oneId < arrival.id;
  }

  #isTooLate(group: number, tail: number, arrival: Arrival): boolean {
    return arrival.timeMs < this.#timeOf(tail) - this.#limits.latenessMs || this.#isTooDeep(group, arrival);
  }

  /** Whether turning the window back for the arrival would pass over too many events, at its end, its start, or in the figure. */
  #isTooDeep(group: number, arrival: Arrival): boolean {
    const { entries } = this;
    const most = this.#limits.maxSteps;
    const tail = this.groups.tail[group] ?? NONE;
    let steps = 0;
    let before = tail;
    for (; steps <= most && !this.#isInOrder(arrival, before); steps++) before = entries.prev(before);
    if (before === tail) return false;
    const from = this.#timeOf(before) - this.timespanMs;
    let start = entries.prev(this.groups.left[group] ?? NONE);
    for (; steps <= most && start !== NONE && this.#timeOf(start) >= from; steps++) start = entries.prev(start);
    return steps > most || steps + this.#figure.rewindSteps(before, most - steps) > most;
  }

  #append(group: number, entry: number): void {
    this.#link(group, entry, this.groups.tail[group] ?? NONE);
    this.#advance(group, entry);
    if (this.#judge(group, entry)) this.#report(group, entry);
    this.#retire(group);
  }

  /** Turns the window back to where the entry belongs, and lets it run again over what came after. */
  #insert(group: number, entry: number, arrival: Arrival): void {
    this.counters.outOfOrder++;
    let before = this.groups.tail[group] ?? NONE;
    while (!this.#isInOrder(arrival, before)) before = this.#stepBack(group, before);
    this.#link(group, entry, before);
    this.#figure.rewound(group, before);
    this.groups.firedMs[group] = this.#firedBefore(group, entry);
    this.#runFrom(group, entry);
  }

  /** A firing is news only when no event up to the next firing has been reported: else it is the same burst, seen more clearly. */
  #runFrom(group: number, first: number): void {
    const { entries } = this;
    let news: { readonly entry: number; readonly finding: WindowFinding } | undefined;
    let earlier: WindowFinding | undefined;
    for (let entry = first; entry !== NONE; entry = entries.next(entry)) {
      this.#advance(group, entry);
      if (this.#judge(group, entry)) {
        if (news) entries.setFlags(news.entry, entries.flags(news.entry) | REPORTED);
        earlier = news?.finding ?? earlier;
        news = { entry, finding: this.#finding(group, entry) };
      }
      if (entries.flags(entry) & REPORTED) news = undefined;
    }
    if (news) entries.setFlags(news.entry, entries.flags(news.entry) | REPORTED);
    this.#found = news?.finding ?? earlier;
  }

  #link(group: number, entry: number, before: number): void {
    const { entries } = this;
    const after = before === NONE ? (this.groups.head[group] ?? NONE) : entries.next(before);
    entries.setPrev(entry, before);
    entries.setNext(entry, after);
    if (before === NONE) this.groups.head[group] = entry;
    else entries.setNext(before, entry);
    if (after === NONE) this.groups.tail[group] = entry;
    else entries.setPrev(after, entry);
    this.groups.kept[group] = (this.groups.kept[group] ?? 0) + 1;
  }

  #enter(group: number, entry: number): void {
    this.groups.inWindow[group] = (this.groups.inWindow[group] ?? 0) + 1;
    this.#figure.add(group, entry);
  }

  #leave(group: number, entry: number): void {
    this.groups.inWindow[group] = (this.groups.inWindow[group] ?? 0) - 1;
    this.#figure.remove(group, entry);
  }

  /** The window that ended with the entry before now ends with this one. */
  #advance(group: number, entry: number): void {
    this.#enter(group, entry);
    const from = this.#timeOf(entry) - this.timespanMs;
    let left = this.groups.left[group] ?? NONE;
    if (left === NONE) left = entry;
    while (this.#timeOf(left) < from) {
      this.#leave(group, left);
      left = this.entries.next(left);
    }
    this.groups.left[group] = left;
    this.#figure.advanced(group, entry);
  }

  /** The window that ended with this entry now ends with the one before, which is returned. */
  #stepBack(group: number, entry: number): number {
    this.#leave(group, entry);
    const before = this.entries.prev(entry);
    let left = this.groups.left[group] ?? NONE;
    let next = left === entry ? before : this.entries.prev(left);
    if (left === entry) left = NONE;
    const from = this.#timeOf(before) - this.timespanMs;
    while (next !== NONE && this.#timeOf(next) >= from) {
      this.#enter(group, next);
      left = next;
      next = this.entries.prev(next);
    }
    this.groups.left[group] = left;
    return before;
  }

  /** Marks whether the condition holds at the entry; true when that is a firing: at the crossing, and again after a whole timespan. */
  #judge(group: number, entry: number): boolean {
    const { entries } = this;
    const before = entries.flags(entry);
    const isHeld = this.#figure.holds(group, entry);
    const wasHeld = (entries.flags(entries.prev(entry)) & HELD) !== 0;
    const timeMs = entries.time(entry);
    const fires = isHeld && (!wasHeld || timeMs - (this.groups.firedMs[group] ?? 0) >= this.timespanMs);
    if (fires) this.groups.firedMs[group] = timeMs;
    if (this.#isChained && isHeld && !(before & PASSED_ON)) this.#held.push({ timeMs, id: entries.id(entry) });
    const now = (before & (REPORTED | PASSED_ON)) | (isHeld ? HELD | PASSED_ON : 0) | (fires ? FIRED : 0);
    if (now !== before) entries.setFlags(entry, now);
    return fires;
  }

  #report(group: number, entry: number): void {
    this.#found = this.#finding(group, entry);
    this.entries.setFlags(entry, this.entries.flags(entry) | REPORTED);
  }

  #finding(group: number, last: number): WindowFinding {
    const { entries } = this;
    const left = this.groups.left[group] ?? NONE;
    const events: Contribution[] = [];
    for (let entry = last; entry !== NONE && events.length < MAX_CONTRIBUTIONS; entry = entries.prev(entry)) {
      events.push({ id: entries.id(entry), timeMs: entries.time(entry), member: entries.member(entry) });
      if (entry === left) break;
    }
    return {
      timeMs: this.#timeOf(last),
      firstMs: this.#timeOf(left),
      count: this.groups.inWindow[group] ?? 0,
      figure: this.#figure.measure(group, last),
      events: events.reverse(),
    };
  }

  /**
   * When the group last fired before the entry; further back than a timespan makes no difference. Where that is too many events back
   * the place reached stands in: the condition has held since the firing, or the next one is a crossing, which needs none.
   */
  #firedBefore(group: number, entry: number): number {
    const { entries } = this;
    const known = this.groups.firedMs[group] ?? Number.NEGATIVE_INFINITY;
    const timeMs = this.#timeOf(entry);
    if (known < timeMs) return known;
    let at = entries.prev(entry);
    for (let steps = 0; at !== NONE && this.#timeOf(at) >= timeMs - this.timespanMs; steps++) {
      if (entries.flags(at) & FIRED || steps >= this.#limits.maxSteps) return this.#timeOf(at);
      at = entries.prev(at);
    }
    return Number.NEGATIVE_INFINITY;
  }

  #newGroup({ scope, key }: Arrival): number {
    if (this.groups.size >= this.#limits.maxGroups) {
      this.counters.groupsDropped++;
      this.#dropGroup(this.groups.oldest);
    }
    return this.groups.add(scope, key);
  }

  #newEntry({ timeMs, id, member, text, amount }: Arrival, group: number): number {
    if (this.entries.size >= this.#limits.maxEntries) this.#makeRoom(group);
    const entry = this.entries.take(timeMs, id, member);
    if (this.entries.hasValues) this.entries.setValue(entry, this.texts.hold(text));
    if (this.entries.hasAmounts) this.entries.setAmount(entry, amount);
    return entry;
  }

  #makeRoom(group: number): void {
    const oldest = this.groups.oldest;
    if (oldest !== group) {
      this.counters.groupsDropped++;
      this.counters.eventsDropped += this.groups.kept[oldest] ?? 0;
      this.#dropGroup(oldest);
      return;
    }
    const head = this.groups.head[group] ?? NONE;
    if (head === NONE) return;
    this.counters.eventsDropped++;
    if (this.groups.left[group] === head) {
      this.#leave(group, head);
      this.groups.left[group] = this.entries.next(head);
    }
    this.#freeHead(group);
  }

  /** Gives back what no window of an event that may still come can reach. */
  #retire(group: number): void {
    const from = this.#timeOf(this.groups.tail[group]) - this.timespanMs - this.#limits.latenessMs;
    for (let head = this.groups.head[group] ?? NONE; head !== NONE && this.#timeOf(head) < from; ) {
      this.#freeHead(group);
      head = this.groups.head[group] ?? NONE;
    }
  }

  #freeHead(group: number): void {
    const head = this.groups.head[group] ?? NONE;
    const next = this.entries.next(head);
    if (this.entries.hasValues) this.texts.release(this.entries.value(head));
    this.entries.give(head);
    this.groups.head[group] = next;
    this.groups.kept[group] = (this.groups.kept[group] ?? 0) - 1;
    if (next === NONE) this.groups.tail[group] = NONE;
    else this.entries.setPrev(next, NONE);
  }

  /** A group that nothing was received for in a timespan and the lateness has nothing left to correlate with. */
  #expire(clockMs: number): void {
    const before = clockMs - this.timespanMs - this.#limits.latenessMs;
    for (
      let group = this.groups.oldest;
      group !== NONE && (this.groups.touchedMs[group] ?? 0) < before;
      group = this.groups.oldest
    )
      this.#dropGroup(group);
  }

  #dropGroup(group: number): void {
    for (let entry = this.groups.left[group] ?? NONE; entry !== NONE; entry = this.entries.next(entry))
      this.#leave(group, entry);
    while ((this.groups.head[group] ?? NONE) !== NONE) this.#freeHead(group);
    this.#figure.forget(group);
    this.groups.drop(group);
  }
}
