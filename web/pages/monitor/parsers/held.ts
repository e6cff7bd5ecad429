import type { ParserDetail } from "../../../api/parsers.ts";

/** What a person edits: their text, and the stored parser that it began from (none for a new one). */
type Held = { readonly text: string; readonly base: ParserDetail | undefined };

/**
 * What is edited once the server has told what it knows: a newer one is taken over while nothing is typed. Else the text keeps the
 * revision that it began from, and saving it over another's draft is refused (409).
 */
export function adopted(held: Held, known: ParserDetail | undefined): Held {
  const { text, base } = held;
  if (known === undefined || base === undefined || known.revision <= base.revision) return held;
  return text === base.text ? { text: known.text, base: known } : held;
}

export const isUnsaved = ({ text, base }: Held): boolean => text !== (base?.text ?? "");
