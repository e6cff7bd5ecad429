/** Messages to one recipient by one way within a window, calls apart; what is more waits and goes out together. */
export const MAX_SENDS = 10;
export const WINDOW_MS = 10 * 60_000;
/** More than this at once is one message. */
const MAX_SINGLE = 3;

/** Groups of matters, each to become one message; [] = the recipient has had enough for now. Nothing is ever dropped. */
export function bundle<Owed>(owed: readonly Owed[], recentSends: number): readonly (readonly Owed[])[] {
  const left = MAX_SENDS - recentSends;
  if (owed.length === 0 || left <= 0) return [];
  if (owed.length > MAX_SINGLE || owed.length > left) return [owed];
  return owed.map((one) => [one]);
}
