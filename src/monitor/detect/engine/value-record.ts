import type { FieldValue } from "../../event/index.ts";
import { foldCase } from "../rule/fold-case.ts";
import type { Meaning, ValueIndex } from "./value-index.ts";
import { isList, someText } from "./values.ts";

/**
 * A field's value and what was found out about it. Paths, users and hashes come again and again: a record that is kept answers
 * for all later events, whatever their group.
 */
export class ValueRecord {
  readonly value: FieldValue;
  #lowered: FieldValue | undefined;
  /** Most records are asked by one index alone, and many by no check. */
  #index: ValueIndex | undefined;
  #meaning: Meaning | undefined;
  #others: Map<ValueIndex, Meaning> | undefined;
  /** By predicate. */
  #answers: Map<number, boolean> | undefined;

  constructor(value: FieldValue) {
    this.value = value;
  }

  meaningFor(index: ValueIndex): Meaning {
    if (this.#index === index && this.#meaning !== undefined) return this.#meaning;
    const known = this.#others?.get(index);
    if (known !== undefined) return known;
    const meaning = index.read(this.value);
    if (this.#index !== undefined) {
      this.#others ??= new Map();
      this.#others.set(index, meaning);
    } else [this.#index, this.#meaning] = [index, meaning];
    return meaning;
  }

  /** Whether a predicate's check accepts the value, any of a list's; lower-cased if the check wants it so. */
  accepts(predicate: number, check: (text: string) => boolean, on: "text" | "lowered"): boolean {
    const known = this.#answers?.get(predicate);
    if (known !== undefined) return known;
    if (on === "lowered") this.#lowered ??= lowerCase(this.value);
    const answer = someText(on === "lowered" ? this.#lowered : this.value, check);
    this.#answers ??= new Map();
    this.#answers.set(predicate, answer);
    return answer;
  }
}

function lowerCase(value: FieldValue): FieldValue {
  if (isList(value)) return value.map((item) => (item === null ? null : foldCase(String(item))));
  return value === null ? null : foldCase(String(value));
}
