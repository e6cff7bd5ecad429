import { isEnd, type OwnerFact } from "./fact.ts";

/** Of one address and kind. More than this is the life of one address in months; of a flood the newest are kept. */
export const MAX_FACTS = 32;
/** A renewal that adds less than a quarter of its term is not worth telling every thread: sign-ins repeat by the second. */
const WORTH = 4;

/** What is known of one address in one way (lease, session, logon): facts in the order of their own time, not of arrival. */
export class Track {
  readonly facts: OwnerFact[] = [];

  /** Returns whether anything is known now that was not before. */
  learn(fact: OwnerFact): boolean {
    const at = this.#after(fact.atMs);
    const before = this.facts[at - 1];
    if (before !== undefined && !isEnd(fact) && isSameHolder(before, fact) && fact.atMs < before.untilMs) {
      if (fact.untilMs - before.untilMs < (fact.untilMs - fact.atMs) / WORTH) return false;
      this.facts[at - 1] = {
        ...before,
        untilMs: fact.untilMs,
        host: fact.host || before.host,
        mac: fact.mac || before.mac,
      };
      return true;
    }
    if (before?.atMs === fact.atMs && isEnd(before) === isEnd(fact) && isSameHolder(before, fact)) return false;
    this.facts.splice(at, 0, fact);
    if (this.facts.length > MAX_FACTS) this.facts.shift();
    return true;
  }

  /** The last fact at or before the instant, if it still holds then: whoever comes next ends what was before. */
  at(ms: number): OwnerFact | undefined {
    const fact = this.facts[this.#after(ms) - 1];
    return fact !== undefined && ms < fact.untilMs ? fact : undefined;
  }

  /** The fact that holds at the instant when no other holder's does: several people may sign in from one address. */
  onlyAt(ms: number): OwnerFact | undefined {
    const last = this.at(ms);
    if (last === undefined) return undefined;
    for (let i = this.#after(ms) - 2; i >= 0; i -= 1) {
      const other = this.facts[i];
      if (other !== undefined && ms < other.untilMs && !isSameHolder(other, last)) return undefined;
    }
    return last;
  }

  /** How many facts are at or before the instant. */
  #after(ms: number): number {
    let low = 0;
    let high = this.facts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.facts[middle]?.atMs ?? 0) <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A machine is known by its MAC, however it calls itself. */
function isSameHolder(one: OwnerFact, other: OwnerFact): boolean {
  if (isEnd(one) || isEnd(other)) return isEnd(one) && isEnd(other);
  if (one.user !== other.user) return false;
  return one.mac !== "" && other.mac !== "" ? one.mac === other.mac : one.host === other.host;
}
