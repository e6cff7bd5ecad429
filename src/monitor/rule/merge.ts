import { blankDocuments, type RuleDocumentPart, type RuleText, splitDocuments } from "./documents.ts";
import type { IsSound } from "./sound.ts";

export type OwnRule = { readonly id: string; readonly text: string };
export type MergeInput = {
  /** In order of precedence, lowest first: a rule of a later file stands in for one of the same id before it. */
  readonly directories: readonly RuleText[];
  /** Rules written in the browser stand in for rules of the same id from directories. */
  readonly own: readonly OwnRule[];
  readonly disabled: ReadonlySet<string>;
  /** Those of `disabled` that stay, muted, because a correlation that is switched on needs them. */
  readonly serving?: ReadonlySet<string>;
  /** Documents that do not compile stand in for nothing. */
  readonly isSound?: IsSound;
};

export const ownOrigin = (id: string): string => `own/${id}`;

/** What the detector is to run: directories + own − disabled. Each rule id occurs once; line numbers stay true. */
export function mergeRules(input: MergeInput): RuleText[] {
  const { directories, own, disabled, serving = new Set(), isSound = () => true } = input;
  const ownIds = new Set(own.filter((one) => isOwnSound(one, isSound)).map(({ id }) => id));
  const split = directories.map((file) => ({ ...file, parts: splitDocuments(file.text) }));
  const winners = lastOfEachId(split, isSound);
  // A correlation that is switched off is kept, muted: without it the rules that serve it would begin to alert.
  const stays = ({ id, isCorrelation }: RuleDocumentPart): boolean => isCorrelation || serving.has(id);
  const mutedIn = (parts: readonly RuleDocumentPart[]): Pick<RuleText, "muted"> => {
    const muted = parts.filter((part) => disabled.has(part.id) && stays(part)).map(({ id }) => id);
    return muted.length === 0 ? {} : { muted };
  };
  const kept = split.flatMap(({ text, origin, parts }, file): RuleText[] => {
    const isReplaced = (part: RuleDocumentPart, place: number): boolean => {
      const here = `${file}/${place}`;
      return (!part.isFilter && ownIds.has(part.id)) || (winners.get(keyOf(part)) ?? here) !== here;
    };
    const isOut = (part: RuleDocumentPart, place: number): boolean =>
      part.id !== "" && (isReplaced(part, place) || (disabled.has(part.id) && !stays(part)));
    const out = parts.filter(isOut);
    if (out.length === parts.length) return [];
    return [{ text: out.length === 0 ? text : blankDocuments(text, out), origin, ...mutedIn(parts) }];
  });
  const active = own.flatMap(({ id, text }): RuleText[] => {
    const parts = splitDocuments(text);
    if (!ownIds.has(id) && winners.has(keyOf({ id, isFilter: false }))) return [];
    if (disabled.has(id) && !parts.some(stays)) return [];
    return [{ text, origin: ownOrigin(id), ...mutedIn(parts) }];
  });
  return [...kept, ...active];
}

function isOwnSound({ id, text }: OwnRule, isSound: IsSound): boolean {
  const parts = splitDocuments(text);
  const named = parts.filter((part) => part.id === id);
  return named.length === 0 || named.some((part) => isSound(ownOrigin(id), part, parts));
}

/** Rules and filters have ids of their own: one never stands in for the other. */
const keyOf = ({ id, isFilter }: Pick<RuleDocumentPart, "id" | "isFilter">): string => `${isFilter} ${id}`;

type Split = { readonly origin: string; readonly parts: readonly RuleDocumentPart[] };

function lastOfEachId(files: readonly Split[], isSound: IsSound): Map<string, string> {
  const winners = new Map<string, string>();
  for (const [file, { origin, parts }] of files.entries()) {
    for (const [place, part] of parts.entries())
      if (part.id !== "" && isSound(origin, part, parts)) winners.set(keyOf(part), `${file}/${place}`);
  }
  return winners;
}
