import type { Readable } from "node:stream";
import { type CorrelationProgram, compileRules, type RuleSet, type RuleSource } from "../../monitor/detect/index.ts";
import { Hunter, type Wanted } from "../../monitor/hunt/index.ts";
import { Collector } from "./collector.ts";
import type { Batch, Part } from "./part.ts";
import { readPart } from "./read-part.ts";

/** All that a thread must know to hunt. */
export type Order = {
  readonly sources: readonly RuleSource[];
  readonly wanted: Wanted;
  readonly nowMs: number;
  readonly timeZone: string | undefined;
};

/** What is known of the rules once they are compiled. */
export type Loaded = Pick<RuleSet, "rejected" | "replaced"> & {
  readonly program: CorrelationProgram;
  readonly rules: readonly RuleSet["rules"][number]["facts"][];
};

export type Engine = { readonly loaded: Loaded; read(part: Part): Promise<void> };

/** One thread's rules and parser. emit resolves when there is room for more. */
export function createEngine(order: Order, emit: (batch: Batch) => Promise<void>, stdin?: Readable): Engine {
  const rules = compileRules(order.sources);
  const collector = new Collector(emit);
  const hunter = new Hunter({
    rules,
    wanted: order.wanted,
    nowMs: order.nowMs,
    ...(order.timeZone !== undefined && { timeZone: order.timeZone }),
    onFound: (found) => collector.found(found),
    onBase: (hit) => collector.base(hit),
    onProblem: (kind, { file, record }) => collector.problem({ file, kind, detail: `record ${record}`, isLoss: false }),
  });
  return {
    loaded: {
      rules: rules.rules.map(({ facts }) => facts),
      program: rules.program,
      rejected: rules.rejected,
      replaced: rules.replaced,
    },
    read: (part) => readPart(part, { hunter, collector, stdin }),
  };
}
