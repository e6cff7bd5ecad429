const DAY_MS = 86_400_000;

export type Span = { readonly from: string; readonly to: string };

/** So many days up to now, today included, from midnight UTC on: days of receipt, by which volume is known, begin there. */
export function rangeOf(now: Date, days: number): Span {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return { from: new Date(today - (days - 1) * DAY_MS).toISOString(), to: now.toISOString() };
}

/** `20261128`, as days of receipt are named. */
export const dayOf = (ms: number): number => Number(new Date(ms).toISOString().slice(0, 10).replaceAll("-", ""));
