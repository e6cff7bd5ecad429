import { fail, ok, type Result } from "../../../kernel/result.ts";
import type { Params } from "../../../platform/events/index.ts";
import type { Leaf, Query, QueryProblem } from "./ast.ts";
import { type CompileWays, ParamBag } from "./condition.ts";
import { fieldCondition } from "./field-condition.ts";
import type { Clock } from "./instant.ts";
import { rawContains } from "./raw-text.ts";
import { QueryFault } from "./scan.ts";

export type Compiled = {
  /** A condition over `events`, in terms of `{p0:…}` parameters and, for detections, of what `rangeParams` gives. */
  readonly condition: string;
  readonly params: Params;
};

/**
 * Tree → SQL condition. Names become our own column names or bound parameters; values are always bound. Every condition
 * is 0 or 1, never NULL. `prefix` begins the names of the parameters, for a condition that stands beside another one.
 * Errors: a value that does not fit its field, with its position.
 */
export function compileQuery(query: Query, clock: Clock, prefix?: string): Result<Compiled, QueryProblem> {
  const bag = new ParamBag(prefix);
  try {
    return ok({ condition: sqlOf(query, { bag, clock }), params: bag.params });
  } catch (error) {
    if (error instanceof QueryFault) return fail(error.problem);
    throw error;
  }
}

function sqlOf(query: Query, ways: CompileWays): string {
  switch (query.kind) {
    case "all":
      return "1";
    case "not":
      return `NOT ${sqlOf(query.item, ways)}`;
    case "and":
    case "or":
      return `(${query.items.map((item) => sqlOf(item, ways)).join(query.kind === "and" ? " AND " : " OR ")})`;
    default:
      return `(${leafSql(query, ways)})`;
  }
}

const leafSql = (leaf: Leaf, ways: CompileWays): string =>
  leaf.kind === "text" ? rawContains(leaf.pattern, ways.bag) : fieldCondition(leaf, ways);
