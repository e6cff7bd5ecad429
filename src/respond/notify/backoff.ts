/** Attempts in all; the last pause is about half a day. */
export const MAX_ATTEMPTS = 12;
const FIRST_MS = 5_000;
const LONGEST_MS = 6 * 3_600_000;

/** The pause after the n-th failed attempt (from 1), doubled each time, with up to a half added so that many do not return at once. */
export function pauseMs(attempts: number, random: number, askedMs = 0): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.max(Math.min(askedMs, LONGEST_MS), Math.round(base * (1 + random / 2)));
}
