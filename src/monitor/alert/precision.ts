import { betaQuantile } from "./beta.ts";

/** A share with its 95 % credible interval. All shares are 0–1; `judged` is how many verdicts the figure rests on. */
export type Share = { readonly share: number; readonly low: number; readonly high: number; readonly judged: number };

/** Findings of one rule, in verdicts: an act of closing counts once, however many alerts it closed. */
export type RuleRecord = { readonly truePositive: number; readonly falsePositive: number; readonly benign: number };

/** Beta(1, 1): before the first verdict every share from 0 to 1 is as likely as any other. */
const PRIOR = { yes: 1, no: 1 } as const;

/** Remembered, for most rules have few verdicts: a quantile costs ten microseconds and a list shows thousands of rules. */
const known = new Map<string, Share>();
const MAX_KNOWN = 10_000;

/** The share of "yes" after so many of each were seen: the posterior's mean, and its 2.5 % and 97.5 % quantiles. */
export function shareOf(yes: number, no: number): Share {
  const key = `${yes}/${no}`;
  const found = known.get(key);
  if (found) return found;
  const [a, b] = [yes + PRIOR.yes, no + PRIOR.no];
  const share = {
    share: a / (a + b),
    low: betaQuantile(0.025, a, b),
    high: betaQuantile(0.975, a, b),
    judged: yes + no,
  };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, share);
  return share;
}

/**
 * How much of what a rule raises is worth an analyst's time: true positives of all verdicts. A benign alert was detected correctly and
 * still brought no work, so it counts as not. undefined = no verdict yet.
 */
export function precisionOf({ truePositive, falsePositive, benign }: RuleRecord): Share | undefined {
  if (truePositive + falsePositive + benign === 0) return undefined;
  return shareOf(truePositive, falsePositive + benign);
}
