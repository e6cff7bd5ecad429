import { blankDocuments, type RuleDocumentPart, type RuleText, splitDocuments } from "./documents.ts";

export type OwnRule = { readonly id: string; readonly text: string };
export type MergeInput = {
  /** In order of precedence, lowest first: a rule of a later file stands in for one of the same id before it. */
  readonly directories: readonly RuleText[];
  /** Rules written in the browser stand in for rules of the same id from directories. */
  readonly own: readonly OwnRule[];
  readonly disabled: ReadonlySet<string>;
  /** Those of `disabled` that stay, muted, because a correlation that is switched on needs them. */
  readonly serving?: ReadonlySet<string>;
};

export const ownOrigin = (id: string): string => `own/${id}`;

/** What the detector is to run: directories + own − disabled. Each rule id occurs once; line numbers stay true. */
export function mergeRules({ directories, own, disabled, serving = new Set() }: MergeInput): RuleText[] {
  const ownIds = new Set(own.map(({ id }) => id));
  const split = directories.map((file) => ({ ...file, parts: splitDocuments(file.text) }));
  const winners = lastOfEachId(split.map(({ parts }) => parts));
  // A correlation that is switched off is kept, muted: without it the rules that serve it would begin to alert.
  const stays = ({ id, isCorrelation }: RuleDocumentPart): boolean => isCorrelation || serving.has(id);
  const mutedIn = (parts: readonly RuleDocumentPart[]): Pick<RuleText, "muted"> => {
    const muted = parts.filter((part) => disabled.has(part.id) && stays(part)).map(({ id }) => id);
    return muted.length === 0 ? {} : { muted };
  };
  const kept = split.flatMap(({ text, origin, parts }, file): RuleText[] => {
    const isReplaced = (part: RuleDocumentPart, place: number): boolean =>
      ownIds.has(part.id) || winners.get(part.id) !== `${file}/${place}`;
    const isOut = (part: RuleDocumentPart, place: number): boolean =>
      part.id !== "" && (isReplaced(part, place) || (disabled.has(part.id) && !stays(part)));
    const out = parts.filter(isOut);
    if (out.length === parts.length) return [];
    return [{ text: out.length === 0 ? text : blankDocuments(text, out), origin, ...mutedIn(parts) }];
  });
  const active = own.flatMap(({ id, text }): RuleText[] => {
    const parts = splitDocuments(text);
    if (disabled.has(id) && !parts.some(stays)) return [];
    return [{ text, origin: ownOrigin(id), ...mutedIn(parts) }];
  });
  return [...kept, ...active];
}

function lastOfEachId(files: readonly (readonly RuleDocumentPart[])[]): Map<string, string> {
  const winners = new Map<string, string>();
  for (const [file, parts] of files.entries()) {
    for (const [place, part] of parts.entries()) if (part.id !== "") winners.set(part.id, `${file}/${place}`);
  }
  return winners;
}
