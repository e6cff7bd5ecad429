import type { KillChain, Step } from "../../../api/story.ts";

export type Draft = {
  readonly tactics: Readonly<Record<string, Step>>;
  readonly techniques: Readonly<Record<string, Step>>;
};

export const draftOf = ({ tactics, techniques }: KillChain): Draft => ({ tactics, techniques });

export function withStep(
  map: Readonly<Record<string, Step>>,
  key: string,
  step: Step | undefined,
): Record<string, Step> {
  const { [key]: _, ...others } = map;
  return step === undefined ? others : { ...map, [key]: step };
}

export const isTechnique = (text: string): boolean => /^T\d{4}(\.\d{3})?$/.test(text);

/** Full-width letters and lower case are what people type. */
export const techniqueOf = (typed: string): string => typed.normalize("NFKC").trim().toUpperCase();

/** Keys that differ, in order. */
export function differencesOf(mine: Draft, theirs: Draft): string[] {
  const keys = (map: Draft["tactics"], other: Draft["tactics"]) =>
    [...new Set([...Object.keys(map), ...Object.keys(other)])].filter((key) => map[key] !== other[key]);
  return [...keys(mine.tactics, theirs.tactics), ...keys(mine.techniques, theirs.techniques)].toSorted();
}
