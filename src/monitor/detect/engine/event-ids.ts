import type { Bound, Predicate } from "./predicate.ts";

/**
 * The event ids a rule is limited to: one of them is needed whenever it fires. Undefined when it is not limited. Windows
 * events are routed by their id, so that a rule about 4625 costs nothing on a 4624.
 * isEventId: whether a slot holds the event's id.
 */
export function eventIdsOf(
  bound: Bound,
  predicates: readonly Predicate[],
  isEventId: (slot: number) => boolean,
): ReadonlySet<string> | undefined {
  if (bound.op === "not") return undefined;
  if (bound.op === "test") {
    const predicate = predicates[bound.predicate];
    if (predicate?.test.kind !== "literals" || !isEventId(predicate.slot)) return undefined;
    const { literals } = predicate.test;
    return literals.every(({ place }) => place === "equals") ? new Set(literals.map(({ text }) => text)) : undefined;
  }
  const parts = bound.of.map((part) => eventIdsOf(part, predicates, isEventId));
  const limits = parts.filter((part) => part !== undefined);
  if (bound.op === "and") return limits.sort((a, b) => a.size - b.size)[0];
  return limits.length < parts.length ? undefined : new Set(limits.flatMap((ids) => [...ids]));
}
