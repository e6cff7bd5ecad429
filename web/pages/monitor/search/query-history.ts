const STORED = "yagura.queries";
const KEPT = 30;

/** What this person asked in this browser, newest first. */
export function readHistory(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(stored) ? stored.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

export function remember(query: string): void {
  const text = query.trim();
  try {
    const kept = readHistory().filter((item) => item !== text);
    localStorage.setItem(STORED, JSON.stringify((text === "" ? kept : [text, ...kept]).slice(0, KEPT)));
  } catch {
    // History is a comfort; searching works without it.
  }
}
