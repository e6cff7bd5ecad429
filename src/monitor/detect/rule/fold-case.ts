/**
 * The form in which texts are compared without regard to case: Unicode's lower case of each character by itself. A sigma has
 * one form whatever stands beside it, since a text cut out of a value must still be found in it. `sql/fold.ts` says the same in SQL.
 */
export function foldCase(text: string): string {
  const lowered = text.toLowerCase();
  return lowered.includes("ς") ? lowered.replaceAll("ς", "σ") : lowered;
}
