import type { LogSource } from "../../event/index.ts";
import type { Check, Comparison } from "../rule/check.ts";
import type { Expression, FieldTest } from "../rule/expression.ts";
import { addressSql, networkSql } from "./address.ts";
import { allOfSql, anyOfSql, Inexpressible, mapSql, numberLiteral } from "./literal.ts";
import { eventIdsSql, logsourceSql } from "./logsource.ts";
import { numberSql, trimSql } from "./number.ts";
import { regexSql } from "./regex.ts";
import { Slots } from "./slots.ts";
import { literalsSql, patternSql, standsAtSql } from "./text.ts";
import { timePartSql } from "./time.ts";

/** Deeper than any condition a person writes; the database refuses nests of a thousand. */
const MAX_DEPTH = 100;
/** A longer text than this is refused by the database before it is read. */
const MAX_LENGTH = 2_000_000;

/** A rule's condition over the table `events`; true on exactly the rows that the streaming engine fires on. */
export type RuleCondition = {
  /** The rule's log source, and the event ids it is limited to: cheap, on narrow columns. */
  readonly logsource: string;
  readonly eventIds: string;
  readonly condition: string;
};

export type Compiled =
  | { readonly ok: true; readonly sql: RuleCondition }
  /** `reason`: what about the rule cannot be said in SQL. */
  | { readonly ok: false; readonly reason: string };

/**
 * Compiles rules to conditions that share what they read of an event. Select from `tableSql`.
 * Pure; values enter the text by `literal.ts` only.
 */
export class SqlCompiler {
  readonly #slots = new Slots();

  /** What to select from: `source` is a query on `events` in parentheses, narrowed as far as it can be. */
  tableSql(source: string): string {
    return this.#slots.tableSql(source);
  }

  /** Goes first in every condition on that table. */
  placedSql(): string {
    return this.#slots.placedSql();
  }

  compile({ expression, logsource }: { expression: Expression; logsource: LogSource }): Compiled {
    try {
      const sql = {
        logsource: logsourceSql(logsource),
        eventIds: eventIdsSql(expression, logsource),
        condition: conditionSql(expression, { logsource, slots: this.#slots }, 0),
      };
      if (sql.condition.length > MAX_LENGTH)
        return { ok: false, reason: `its SQL is longer than ${MAX_LENGTH} characters` };
      return { ok: true, sql };
    } catch (error) {
      if (error instanceof Inexpressible) return { ok: false, reason: error.message };
      throw error;
    }
  }
}

type Scope = { readonly logsource: LogSource; readonly slots: Slots };

function conditionSql(expression: Expression, scope: Scope, depth: number): string {
  if (depth > MAX_DEPTH) throw new Inexpressible(`the condition nests deeper than ${MAX_DEPTH} levels`);
  if (expression.op === "test") return testSql(expression, scope);
  if (expression.op === "not") return `NOT ${conditionSql(expression.of, scope, depth + 1)}`;
  const parts = expression.of.map((part) => conditionSql(part, scope, depth + 1));
  return expression.op === "and" ? allOfSql(parts) : anyOfSql(parts);
}

function testSql({ field, test }: FieldTest, { slots, logsource }: Scope): string {
  const [items, folded] = [() => slots.itemsOf(field, logsource), () => slots.foldedOf(field, logsource)];
  if (test.kind === "missing") return `empty(${items()})`;
  if (test.kind === "present") return slots.presenceOf(field, logsource);
  if (test.kind === "literals") return `arrayExists(x -> ${literalsSql("x", test.literals)}, ${folded()})`;
  if (test.kind === "check") return checkSql(test.asks, test.on === "text" ? items() : folded(), slots);
  const others = test.isCased ? slots.itemsOf(test.other, logsource) : slots.foldedOf(test.other, logsource);
  const own = test.isCased ? items() : folded();
  return `arrayExists(y -> arrayExists(x -> ${standsAtSql(test.place, "x", "y")}, ${own}), ${others})`;
}

/** Rules name networks and ranges by the dozen: what a value is read as is a column, written once. */
function checkSql(asks: Check, values: string, slots: Slots): string {
  if (asks.kind === "pattern") return `arrayExists(x -> ${patternSql("x", asks.parts)}, ${values})`;
  if (asks.kind === "regex") return `arrayExists(x -> ${regexSql("x", asks.pattern, asks.flags)}, ${values})`;
  const readAs = (kind: string, read: (text: string) => string): string =>
    slots.readAs(kind, values, (column) => mapSql("x", mapSql("x", column, trimSql("x")), read("x")));
  if (asks.kind === "cidr")
    return `arrayExists(x -> ${networkSql("x", asks.network)}, ${readAs("addresses", addressSql)})`;
  const { part } = asks;
  const numbers = part === undefined ? readAs("numbers", numberSql) : readAs(part, (text) => timePartSql(text, part));
  return `arrayExists(x -> ifNull(x ${OPERATORS[asks.comparison]} ${numberLiteral(asks.wanted)}, 0), ${numbers})`;
}

const OPERATORS: Readonly<Record<Comparison | "eq", string>> = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "=" };
