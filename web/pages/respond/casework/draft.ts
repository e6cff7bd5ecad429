/** What was typed into a note and not stored yet, with the version that it was begun on. Lasts as long as the browser's tab. */
export type Draft = { readonly version: number; readonly title: string; readonly body: string };

const placeOf = (id: string, noteId: string): string => `yagura.note.${id}.${noteId}`;

export function readDraft(id: string, noteId: string): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(placeOf(id, noteId)) ?? "null");
    if (typeof kept !== "object" || kept === null) return undefined;
    const { version, title, body } = kept as Partial<Draft>;
    const isWhole = typeof version === "number" && typeof title === "string" && typeof body === "string";
    return isWhole ? { version, title, body } : undefined;
  } catch {
    return undefined;
  }
}

/** undefined = nothing is left to keep. */
export function keepDraft(id: string, noteId: string, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(placeOf(id, noteId), JSON.stringify(draft));
    else sessionStorage.removeItem(placeOf(id, noteId));
  } catch {
    // Without storage the text lasts as long as the page.
  }
}
