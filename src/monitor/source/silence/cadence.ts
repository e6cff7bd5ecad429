/**
 * How long a source usually pauses. `weights`: how much of the watched time lay in pauses of each length, in milliseconds that fade;
 * the place is the pause's bucket. `watchedMs` and `pauses` do not fade.
 */
export type Cadence = { watchedMs: number; pauses: number; readonly weights: number[] };

/** Buckets grow by the square root of two from a second up: 46 of them reach past sixty days. */
const SHORTEST_MS = 1_000;
const PER_DOUBLING = 2;
const BUCKETS = 46;
/** What must be known of a source before its silence means anything: one day and night, and more than a handful of arrivals. */
const LEARNED_MS = 24 * 3_600_000;
const LEARNED_PAUSES = 10;
/** Pauses that fill the last twentieth of the time are the odd ones: an outage, a holiday. */
const USUAL_SHARE = 0.95;
/** Of all weight before it; with it in, 1 / 21 of the whole. */
const ODD_WEIGHT = 1 / 20;
/** What is left of an odd pause's weight after about a month. */
const SEEN_SHARE = 0.01;
const HALF_LIFE_MS = 14 * 24 * 3_600_000;

export const newCadence = (): Cadence => ({ watchedMs: 0, pauses: 0, weights: new Array<number>(BUCKETS).fill(0) });

/**
 * Between two arrivals of a source that was watched all the while. `wasTold`: the pause was told as a silence. It then weighs just less
 * than the odd twentieth, so that one outage widens nothing; another one like it within weeks is a habit, and weighs what it is.
 */
export function learnPause(cadence: Cadence, pauseMs: number, wasTold = false): void {
  const bucket = pauseMs < SHORTEST_MS ? 0 : Math.ceil(PER_DOUBLING * Math.log2(pauseMs / SHORTEST_MS));
  const place = Math.min(BUCKETS - 1, bucket);
  const isOdd = wasTold && total(cadence, place - 1) < SEEN_SHARE * total(cadence);
  const weight = isOdd ? Math.min(pauseMs, ODD_WEIGHT * total(cadence)) : pauseMs;
  cadence.weights[place] = (cadence.weights[place] ?? 0) + weight;
  cadence.watchedMs += pauseMs;
  cadence.pauses += 1;
}

const total = ({ weights }: Pick<Cadence, "weights">, fromPlace = 0): number =>
  weights.reduce((sum, weight, place) => (place < fromPlace ? sum : sum + weight), 0);

/** Lets what was learned count less, so that a source may change its habits within some weeks. */
export function fade({ weights }: Cadence, elapsedMs: number): void {
  const factor = 2 ** (-elapsedMs / HALF_LIFE_MS);
  for (const [place, weight] of weights.entries()) weights[place] = weight * factor;
}

/**
 * The pause, in milliseconds and rounded up to its bucket, that 95 % of the watched time lay within. Time counts and not the number of
 * pauses: a source that sends each second by day and nothing by night has a night's cadence, however many seconds the day has.
 * undefined = not learned yet.
 */
export function usualPauseMs({ watchedMs, pauses, weights }: Cadence): number | undefined {
  if (watchedMs < LEARNED_MS || pauses < LEARNED_PAUSES) return undefined;
  const usual = USUAL_SHARE * total({ weights });
  let sum = 0;
  for (const [place, weight] of weights.entries()) {
    sum += weight;
    if (sum >= usual) return SHORTEST_MS * 2 ** (place / PER_DOUBLING);
  }
  return undefined;
}
