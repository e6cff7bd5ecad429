import type { LogSource } from "../../event/index.ts";
import { candidateNames } from "../alias/candidates.ts";
import { ANY_FIELD } from "../rule/expression.ts";
import { foldCase } from "../rule/fold-case.ts";
import { foldSql, foldWordSql } from "./fold.ts";
import { anyOfSql, mapSql, textList, textLiteral } from "./literal.ts";

/** A computed column. Each layer uses columns of the layers before it. */
type Named = { readonly name: string; readonly sql: string; readonly layer: number };
const LAYERS = ["names", "places", "values", "folded", "read"] as const;

/** More than the positions of all fields of a rule can add up to. */
const MOST_PLACES = 2 ** 32;

/** What an event came with, then what was added to it: keywords are sought in the former alone. */
const NAMES = "arrayConcat(mapKeys(fields), mapKeys(added))";
const valueAt = (at: string): string =>
  `if(${at} <= length(fields), mapValues(fields)[${at}], mapValues(added)[toInt64(${at}) - toInt64(length(fields))])`;
const EXACT_NAMES = "sigma_names";
const FOLDED_NAMES = "sigma_folded_names";
const foldedName = (name: string): string => foldWordSql(`replaceAll(${name}, ' ', '')`);

/**
 * Tokens of the JSON text in which a list is stored: texts in quotes, anything else bare. Reading it as JSON would write numbers
 * anew, and rules compare a number's text.
 */
const TOKENS = textLiteral(String.raw`"(?:[^"\\]|\\.)*"|[^,\[\]"]+`);
const itemsOf = (list: string): string =>
  mapSql(
    "item",
    `arrayFilter(token -> token != 'null', extractAll(${list}, ${TOKENS}))`,
    `if(startsWith(item, '"'), JSONExtractString(item), item)`,
  );

/**
 * The event fields that rules read, as named expressions. A slot is a list of field names, best first, and its value is the
 * first that is there: exactly so written, else without regard to case and spaces; null only when none has more. The same
 * order as `engine/matcher.ts`. Fields are kept as text; `null_fields` and `list_fields` name those that were null or a list.
 */
export class Slots {
  readonly #named = new Map<string, Named>();
  readonly #slotByNames = new Map<string, number>();

  /**
   * The table with the columns that the expressions handed out name: a query within a query for each layer. Aliases would not do,
   * since the engine writes each out wherever it is used.
   */
  tableSql(source: string): string {
    return LAYERS.reduce((inner, _, layer) => {
      const columns = [...this.#named.values()].filter((one) => one.layer === layer);
      if (columns.length === 0) return inner;
      return `(SELECT *, ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(",\n")} FROM ${inner})`;
    }, source);
  }

  /**
   * True, and first in a condition it makes the engine find every field before it weighs anything. Left to find them lazily, it
   * keeps a copy of the whole event for each name and each condition that may ask: gigabytes for a thousand events.
   */
  placedSql(): string {
    const places = [...this.#named.values()].filter(({ layer }) => LAYERS[layer] === "places").map(({ name }) => name);
    return places.length === 0 ? "1" : `${places.join(" + ")} < ${MOST_PLACES}`;
  }

  /** An Array(String) expression: every value of the field that is not null. */
  itemsOf(field: string, logsource: LogSource): string {
    if (field === ANY_FIELD) return this.#name("values", "sigma_everything", () => EVERYTHING);
    const { slot, at } = this.#find(field, logsource);
    const value = valueAt(at);
    return this.#name(
      "values",
      `sigma_values_${slot}`,
      () =>
        `multiIf(${at} = 0, emptyArrayString(), has(list_fields, mapKeys(fields)[${at}]), ${itemsOf(value)}, [${value}])`,
    );
  }

  /** The same values, case-folded. */
  foldedOf(field: string, logsource: LogSource): string {
    const items = this.itemsOf(field, logsource);
    return this.#name("folded", `${items}_folded`, () => mapSql("value", items, foldSql("value")));
  }

  /** What values that are a column already are read as, such as addresses: once, however many conditions ask. */
  readAs(kind: string, values: string, sql: (values: string) => string): string {
    return this.#name("read", `${values}_${kind}`, () => sql(values));
  }

  /** Whether the field is there, even with null. */
  presenceOf(field: string, logsource: LogSource): string {
    const { slot, at } = this.#find(field, logsource);
    const names = textList([...new Set(candidateNames(field, logsource).map(canonical))]);
    return this.#name(
      "values",
      `sigma_present_${slot}`,
      () => `(${at} > 0 OR arrayExists(name -> ${foldedName("name")} IN (${names}), null_fields))`,
    );
  }

  #find(field: string, logsource: LogSource): { slot: number; at: string } {
    const candidates = candidateNames(field, logsource);
    const key = candidates.join("\n");
    const slot = this.#slotByNames.get(key) ?? this.#slotByNames.size;
    this.#slotByNames.set(key, slot);
    this.#name("names", EXACT_NAMES, () => exactNames);
    this.#name("names", FOLDED_NAMES, () => foldedNames);
    return { slot, at: this.#name("places", `sigma_at_${slot}`, () => placeOf(candidates)) };
  }

  #name(layer: (typeof LAYERS)[number], name: string, sql: () => string): string {
    if (!this.#named.has(name)) this.#named.set(name, { name, sql: sql(), layer: LAYERS.indexOf(layer) });
    return name;
  }
}

const canonical = (name: string): string => foldCase(name.replaceAll(" ", ""));

/** The position in the map of the first candidate with a value; 0 when none has. */
function placeOf(candidates: readonly string[]): string {
  const places = candidates.flatMap((name) => [
    `indexOf(${EXACT_NAMES}, ${textLiteral(name)})`,
    `indexOf(${FOLDED_NAMES}, ${textLiteral(canonical(name))})`,
  ]);
  return `arrayFirst(at -> at > 0, [${places.join(", ")}])`;
}

/** Field names by position, '' where the value is null: no rule asks for a field of that name. */
const exactNames = `if(empty(null_fields), ${NAMES}, ${mapSql("name", NAMES, "if(has(null_fields, name), '', name)")})`;
const foldedNames = mapSql("name", exactNames, foldedName("name"));

/** Keywords are sought in every value of the event. */
const EVERYTHING = `if(${anyOfSql(["notEmpty(null_fields)", "notEmpty(list_fields)"])}, arrayFlatten(arrayMap((name, value) ->
  multiIf(has(null_fields, name), emptyArrayString(), has(list_fields, name), ${itemsOf("value")}, [value]), mapKeys(fields), mapValues(fields))), mapValues(fields))`;
