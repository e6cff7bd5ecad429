/** What one pair of source and unit holds and gains. Bytes are bytes on disk. */
export type Stock = {
  /** Whole days since the day was over (-1 = today) and what of it is stored. */
  readonly held: readonly { readonly ageDays: number; readonly bytes: number }[];
  /** Bytes a day as learned; undefined = not known yet, counted as none. */
  readonly perDay: number | undefined;
  /** undefined = for ever. */
  readonly keepDays: number | undefined;
};

/** Days ahead that are looked at for the day on which the disk is full. */
export const HORIZON_DAYS = 3_650;
const MIN_TODAY_MS = 60 * 60_000;
const LEARN_DAYS = 7;

/** Bytes in `days` from now: what is left of today's events, and what arrives and is not yet expired. */
export function sizeIn(days: number, { held, perDay = 0, keepDays }: Stock): number {
  const keep = keepDays ?? Number.POSITIVE_INFINITY;
  const left = held.reduce((sum, { ageDays, bytes }) => (ageDays + days < keep ? sum + bytes : sum), 0);
  // A day that is kept `keep` days after it is over stands beside today's: keep + 1 days at most.
  return left + perDay * Math.min(days, keep + 1);
}

export const totalIn = (days: number, stocks: readonly Stock[]): number =>
  stocks.reduce((sum, stock) => sum + sizeIn(days, stock), 0);

/** Where the size comes to rest; undefined when it grows for ever. */
export function steadySize(stock: Stock): number | undefined {
  if (stock.keepDays !== undefined) return (stock.perDay ?? 0) * (stock.keepDays + 1);
  return (stock.perDay ?? 0) > 0 ? undefined : sizeIn(0, stock);
}

/** In how many days the growth has used up what is free now; undefined = not within ten years. */
export function fullInDays(stocks: readonly Stock[], freeBytes: number): number | undefined {
  const now = totalIn(0, stocks);
  for (let day = 1; day <= HORIZON_DAYS; day += 1) if (totalIn(day, stocks) - now > freeBytes) return day;
  return undefined;
}

/** A day's worth by age (whole days since it was over, -1 = today). */
type DayWorth = { readonly ageDays: number; readonly bytes: number };

/**
 * What arrives a day: the median of the last seven whole days since the source began, silent days counting as none. Before the first whole
 * day is over, today's at its pace, from the first hour on. Undefined = too early to say. The same unit as given.
 */
export function perDayOf(
  days: readonly DayWorth[],
  today: { readonly sinceMs: number; readonly nowMs: number },
): number | undefined {
  const oldest = Math.max(-1, ...days.map(({ ageDays }) => ageDays));
  if (oldest >= 1) {
    const byAge = new Map(days.map(({ ageDays, bytes }) => [ageDays, bytes]));
    // The oldest day began somewhere in its middle.
    const whole = Array.from({ length: Math.min(LEARN_DAYS, oldest) }, (_, age) => byAge.get(age) ?? 0);
    return median(whole);
  }
  const spanMs = today.nowMs - today.sinceMs;
  if (days.length === 0 || spanMs < MIN_TODAY_MS) return undefined;
  return (days.reduce((sum, { bytes }) => sum + bytes, 0) / spanMs) * 86_400_000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, two) => one - two);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
