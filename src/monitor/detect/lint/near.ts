/** Names longer than this are not compared: the cost grows with the square. */
const MAX_NAME = 64;

/** The known name that was likely meant, one or two letters away. Letter case does not matter to the engine. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const folded = name.toLowerCase();
  const allowed = name.length > 9 ? 2 : 1;
  if (name.length > MAX_NAME || name.length < 4) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const one of known) {
    if (Math.abs(one.length - name.length) > allowed || one.length > MAX_NAME) continue;
    const distance = distanceOf(folded, one.toLowerCase());
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name: one, distance };
  }
  return best?.name;
}

/** Levenshtein's distance. */
function distanceOf(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= two.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === two[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[two.length] ?? 0;
}
