/** A share with its 95 % interval. All shares are 0–1; `judged` is how many alerts the figure rests on. */
export type Precision = {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly judged: number;
};

/** The two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * A rule's precision: true positives of those judged true or false. Benign alerts are left out: the rule saw what it
 * should, nothing was wrong. Wilson's score interval, which stays honest at small counts and at 0 and 1.
 * undefined = nothing judged. Source: Wilson 1927; Brown, Cai and DasGupta 2001, who recommend it.
 */
export function precisionOf(truePositive: number, falsePositive: number): Precision | undefined {
  const judged = truePositive + falsePositive;
  if (!(judged > 0)) return undefined;
  const share = truePositive / judged;
  const scale = 1 + (Z * Z) / judged;
  const middle = (share + (Z * Z) / (2 * judged)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / judged + (Z * Z) / (4 * judged * judged));
  return {
    share,
    low: truePositive === 0 ? 0 : Math.max(0, middle - half),
    high: falsePositive === 0 ? 1 : Math.min(1, middle + half),
    judged,
  };
}
