/** What was typed into a note and not stored yet, with the version that it was begun on. Lasts as long as the browser's tab. */
export type Draft = { readonly version: number; readonly title: string; readonly body: string };
/** Of whom, in which incident, which note: another person at the same browser sees nothing of it. */
export type DraftPlace = { readonly personId: string; readonly id: string; readonly noteId: string };

/** Signing out removes everything that begins like this (`header.tsx`). */
const PREFIX = "yagura.note.";
const placeOf = ({ personId, id, noteId }: DraftPlace): string => `${PREFIX}${personId}.${id}.${noteId}`;

export function readDraft(place: DraftPlace): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(placeOf(place)) ?? "null");
    if (typeof kept !== "object" || kept === null) return undefined;
    const { version, title, body } = kept as Partial<Draft>;
    const isWhole = typeof version === "number" && typeof title === "string" && typeof body === "string";
    return isWhole ? { version, title, body } : undefined;
  } catch {
    return undefined;
  }
}

/** undefined = nothing is left to keep. */
export function keepDraft(place: DraftPlace, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(placeOf(place), JSON.stringify(draft));
    else sessionStorage.removeItem(placeOf(place));
  } catch {
    // Without storage the text lasts as long as the page.
  }
}
