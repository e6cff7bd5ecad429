import { estimateOf } from "./estimate.ts";
import { ANY_SLOT, type Bound, type Predicate } from "./predicate.ts";

/**
 * A rule's witness: predicates of which at least one holds, or whose field is at least there, whenever the rule fires. Only
 * events that show a witness make the rule a candidate. Undefined: the rule may fire on an event that shows nothing.
 */
export type Witness = { readonly predicates: readonly number[]; readonly chance: number };

/** Shown by a field's mere presence, which is all that can be said of tests that are not literals. */
const CHANCE_OF_PRESENCE = 0.95;

/** Contained texts shorter than this stand in too many values to be worth a search. */
const MIN_CONTAINED = 4;

/**
 * A rule's witness, and if there is one a second: predicates of which one holds as well whenever the rule fires. All literals,
 * and of another part of the rule than the first, so that together they leave few candidates.
 */
export function witnessesOf(bound: Bound, predicates: readonly Predicate[]) {
  const parts = conjuncts(bound).map((part) => witnessOf(part, predicates));
  const first = best(parts);
  const second = best(
    parts.filter((part) => part !== first && part?.predicates.every((one) => isTelling(predicates[one]))),
  );
  return { witness: first, second: second?.predicates };
}

const conjuncts = (bound: Bound): readonly Bound[] => (bound.op === "and" ? bound.of.flatMap(conjuncts) : [bound]);

function isTelling(predicate: Predicate | undefined): boolean {
  if (predicate?.test.kind !== "literals" || predicate.slot === ANY_SLOT) return false;
  return predicate.test.literals.every(({ place, text }) => place !== "contains" || text.length >= MIN_CONTAINED);
}

function witnessOf(bound: Bound, predicates: readonly Predicate[], isNegated = false): Witness | undefined {
  if (bound.op === "not") return witnessOf(bound.of, predicates, !isNegated);
  if (bound.op === "test") return ofTest(bound.predicate, predicates, isNegated);
  const parts = bound.of.map((part) => witnessOf(part, predicates, isNegated));
  return (bound.op === "and") !== isNegated ? best(parts) : union(parts);
}

function ofTest(predicate: number, predicates: readonly Predicate[], isNegated: boolean): Witness | undefined {
  const kind = predicates[predicate]?.test.kind;
  const isOfPresence = isNegated ? kind === "missing" : kind !== "literals" && kind !== "missing";
  if (isOfPresence) return { predicates: [predicate], chance: CHANCE_OF_PRESENCE };
  if (isNegated || kind !== "literals") return undefined;
  return { predicates: [predicate], chance: estimateOf({ op: "test", predicate }, predicates).chance };
}

/** Of conditions that must all hold, the rarest. */
function best(parts: readonly (Witness | undefined)[]): Witness | undefined {
  return parts.reduce((one, other) => (one && other && one.chance <= other.chance ? one : (other ?? one)), undefined);
}

/** Of conditions any of which will do, all of them; one without a witness leaves none. */
function union(parts: readonly (Witness | undefined)[]): Witness | undefined {
  const found = parts.filter((part) => part !== undefined);
  if (found.length < parts.length) return undefined;
  const chance = Math.min(
    1,
    found.reduce((sum, part) => sum + part.chance, 0),
  );
  return { predicates: [...new Set(found.flatMap((part) => part.predicates))], chance };
}
