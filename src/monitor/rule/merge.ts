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
    const isOut = (part: RuleDocumentPart, place: number): boolean =>
      part.id !== "" && (ownIds.has(part.id) || disabled.has(part.id) || winners.get(part.id) !== `${file}/${place}`);
    const out = parts.filter(isOut);
    if (out.length === 0) return [{ text, origin }];
    return out.length === parts.length ? [] : [{ text: blankDocuments(text, out), origin }];
  });
  const active = own.filter(({ id }) => !disabled.has(id)).map(({ id, text }) => ({ text, origin: ownOrigin(id) }));
  return [...kept, ...active];
}

function lastOfEachId(files: readonly (readonly RuleDocumentPart[])[]): Map<string, string> {
  const winners = new Map<string, string>();
  for (const [file, parts] of files.entries()) {
    for (const [place, part] of parts.entries()) if (part.id !== "") winners.set(part.id, `${file}/${place}`);
  }
  return winners;
}
