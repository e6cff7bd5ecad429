import { blankDocuments, type RuleDocumentPart, type RuleText, splitDocuments } from "./documents.ts";

export type OwnRule = { readonly id: string; readonly text: string };
export type MergeInput = {
  /** In order of precedence, lowest first: a rule of a later file stands in for one of the same id before it. */
  readonly directories: readonly RuleText[];
  /** Rules written in the browser stand in for rules of the same id from directories. */
  readonly own: readonly OwnRule[];
  readonly disabled: ReadonlySet<string>;
};

export const ownOrigin = (id: string): string => `own/${id}`;

/** What the detector is to run: directories + own − disabled. Each rule id occurs once; line numbers stay true. */
export function mergeRules({ directories, own, disabled }: MergeInput): RuleText[] {
  const ownIds = new Set(own.map(({ id }) => id));
  const split = directories.map((file) => ({ ...file, parts: splitDocuments(file.text) }));
  const winners = lastOfEachId(split.map(({ parts }) => parts));
  const kept = split.flatMap(({ text, origin, parts }, file): RuleText[] => {
    const isReplaced = (part: RuleDocumentPart, place: number): boolean =>
      ownIds.has(part.id) || winners.get(part.id) !== `${file}/${place}`;
    // A correlation that is switched off is kept, muted: without it the rules that serve it would begin to alert.
    const isOut = (part: RuleDocumentPart, place: number): boolean =>
      part.id !== "" && (isReplaced(part, place) || (disabled.has(part.id) && !part.isCorrelation));
    const out = parts.filter(isOut);
    if (out.length === parts.length) return [];
    return [{ text: out.length === 0 ? text : blankDocuments(text, out), origin, ...mutedIn(parts, disabled) }];
  });
  const active = own.flatMap(({ id, text }): RuleText[] => {
    const parts = splitDocuments(text);
    if (disabled.has(id) && !parts.some(({ isCorrelation }) => isCorrelation)) return [];
    return [{ text, origin: ownOrigin(id), ...mutedIn(parts, disabled) }];
  });
  return [...kept, ...active];
}

function mutedIn(parts: readonly RuleDocumentPart[], disabled: ReadonlySet<string>): { muted?: readonly string[] } {
  const muted = parts.filter(({ id, isCorrelation }) => isCorrelation && disabled.has(id)).map(({ id }) => id);
  return muted.length === 0 ? {} : { muted };
}

function lastOfEachId(files: readonly (readonly RuleDocumentPart[])[]): Map<string, string> {
  const winners = new Map<string, string>();
  for (const [file, parts] of files.entries()) {
    for (const [place, part] of parts.entries()) if (part.id !== "") winners.set(part.id, `${file}/${place}`);
  }
  return winners;
}
