import type { LogSource } from "../../event/index.ts";
import { candidateNames } from "../alias/candidates.ts";
import { ANY_FIELD, type Expression, type FieldTest, type Test } from "../rule/expression.ts";
import { type Estimate, estimateOfTest } from "./test-estimate.ts";

/** The slot of keyword tests: every value of the event. */
export const ANY_SLOT = 0;

/** One question about one slot. Rules that ask the same share it, and it is answered once an event. */
export type Predicate = {
  readonly slot: number;
  readonly test: Test;
  /** Only of `same`: the slot compared with. */
  readonly other: number;
  readonly estimate: Estimate;
};

/**
 * All slots and predicates of a rule set. A slot is a list of event field names, best first, that a rule's field may be
 * found under; rules of different log sources share a slot when the lists are equal.
 */
export class Registry {
  readonly slots: (readonly string[])[] = [[]];
  readonly predicates: Predicate[] = [];
  readonly #slotByNames = new Map<string, number>();
  /** The lists are remembered where they are made: mostly the same object comes again. */
  readonly #slotByList = new Map<readonly string[], number>();
  readonly #predicateByKey = new Map<string, number>();

  slotOf(field: string, logsource: LogSource): number {
    if (field === ANY_FIELD) return ANY_SLOT;
    const names = candidateNames(field, logsource);
    const known = this.#slotByList.get(names);
    if (known !== undefined) return known;
    const slot = this.#slotNamed(names);
    this.#slotByList.set(names, slot);
    return slot;
  }

  #slotNamed(names: readonly string[]): number {
    const key = names.join("\n");
    const known = this.#slotByNames.get(key);
    if (known !== undefined) return known;
    this.#slotByNames.set(key, this.slots.length);
    return this.slots.push(names) - 1;
  }

  predicateOf({ field, test }: FieldTest, logsource: LogSource): number {
    const slot = this.slotOf(field, logsource);
    const other = test.kind === "same" ? this.slotOf(test.other, logsource) : ANY_SLOT;
    const key = `${slot}\n${keyOf(test)}\n${other}`;
    const known = this.#predicateByKey.get(key);
    if (known !== undefined) return known;
    this.#predicateByKey.set(key, this.predicates.length);
    return this.predicates.push({ slot, test, other, estimate: estimateOfTest(test) }) - 1;
  }
}

function keyOf(test: Test): string {
  if (test.kind === "literals") return test.literals.map(({ place, text }) => `${place}:${text}`).join("\n");
  if (test.kind === "check") return `${test.key}\n${test.on}`;
  if (test.kind === "same") return `same:${test.place}:${test.isCased}`;
  return test.kind;
}

/** An expression over numbered predicates, of one log source. */
export type Bound =
  | { readonly op: "test"; readonly predicate: number }
  | { readonly op: "and" | "or"; readonly of: readonly Bound[] }
  | { readonly op: "not"; readonly of: Bound };

export function bind(expression: Expression, logsource: LogSource, registry: Registry): Bound {
  if (expression.op === "test") return { op: "test", predicate: registry.predicateOf(expression, logsource) };
  if (expression.op === "not") return { op: "not", of: bind(expression.of, logsource, registry) };
  return { op: expression.op, of: expression.of.map((part) => bind(part, logsource, registry)) };
}
