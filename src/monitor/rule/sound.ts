import type { CompiledFacts } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";
import type { RuleDocumentPart } from "./documents.ts";

type Part = Pick<RuleDocumentPart, "id" | "isFilter" | "startLine" | "endLine">;
type Outcome = {
  readonly compiled: readonly Pick<CompiledFacts, "facts" | "origin">[];
  readonly rejected: readonly RejectedRule[];
};
/** Whether a document of a file can run. `parts`: all documents of the file. */
export type IsSound = (origin: string, part: Part, parts: readonly Part[]) => boolean;

/**
 * Tells the documents that compiled from those that did not, in one layer: only the former may stand in for others of their id.
 * Of rules with one id `compiled` has the last alone; filters are never in it.
 */
export function soundOf({ compiled, rejected }: Outcome): IsSound {
  const ids = new Set(compiled.map(({ facts }) => facts.id));
  const places = new Set(compiled.map(({ facts, origin }) => placeOf(origin, facts.id)));
  const byOrigin = Map.groupBy(rejected, ({ origin }) => origin);
  const isHit = (origin: string, part: Part): boolean => (byOrigin.get(origin) ?? []).some((one) => isAbout(one, part));
  return (origin, part, parts) => {
    if (!part.isFilter && part.id !== "" && !ids.has(part.id)) return false;
    if (part.isFilter || !places.has(placeOf(origin, part.id))) return !isHit(origin, part);
    // Some document of this id in this file runs: this one, unless it is another.
    return !isHit(origin, part) || !parts.some((other) => other.id === part.id && !isHit(origin, other));
  };
}

const placeOf = (origin: string, id: string): string => `${origin}\0${id}`;

/** A rejection with neither line nor id is about the whole file. */
function isAbout({ line, id }: RejectedRule, part: Part): boolean {
  if (line !== undefined) return line > part.startLine && line <= part.endLine;
  return id === undefined || id === part.id;
}
