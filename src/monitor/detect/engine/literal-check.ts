import type { Literal } from "../rule/expression.ts";
import { ValueIndex } from "./value-index.ts";

/** More literals than this are answered by an index of their own. */
const FEW = 12;

/** Whether a lower-cased value has any of the literals: for tests that are asked only when a candidate gets so far. */
export function literalCheck(literals: readonly Literal[]): (lowered: string) => boolean {
  const whole = new Set(literals.filter(({ place }) => place === "equals").map(({ text }) => text));
  const others = literals.filter(({ place }) => place !== "equals");
  if (others.length > FEW) {
    const index = new ValueIndex([{ predicate: 0, literals: others, rules: [] }]);
    return (lowered) => whole.has(lowered) || index.read(lowered).predicates.length > 0;
  }
  const texts = (place: Literal["place"]) => others.filter((one) => one.place === place).map(({ text }) => text);
  const [starts, ends, inside] = [texts("starts"), texts("ends"), texts("contains")];
  return (lowered) => {
    if (whole.size > 0 && whole.has(lowered)) return true;
    for (const text of starts) if (lowered.startsWith(text)) return true;
    for (const text of ends) if (lowered.endsWith(text)) return true;
    for (const text of inside) if (lowered.includes(text)) return true;
    return false;
  };
}
