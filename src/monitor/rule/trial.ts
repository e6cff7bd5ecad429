import type { DetectionGroup } from "../event/index.ts";
import type { RuleText } from "./documents.ts";

type Staged = { readonly isEnabled: boolean; readonly trial?: { readonly until: Date | null } | undefined };

/** Whether a switched-on rule is on trial at an instant: it detects, and raises no alerts. */
export const isOnTrial = (override: Staged | undefined, nowMs: number): boolean =>
  override?.trial !== undefined && override.isEnabled && (override.trial.until?.getTime() ?? Infinity) > nowMs;

type Tried = { readonly origin: string; readonly override: Staged | undefined; readonly parts?: readonly string[] };

/** The texts with word of which of their correlations are on trial. */
export function withTrials(
  texts: readonly RuleText[],
  entries: ReadonlyMap<string, Tried>,
  nowMs: number,
): readonly RuleText[] {
  const trials = [...entries].filter(([, { parts, override }]) => parts !== undefined && isOnTrial(override, nowMs));
  if (trials.length === 0) return texts;
  const byOrigin = Map.groupBy(trials, ([, { origin }]) => origin);
  return texts.map((file) => {
    const trial = byOrigin.get(file.origin)?.map(([id]) => id);
    return trial ? { ...file, trial } : file;
  });
}

type AlertSink = {
  checkpoint(stream: number): Promise<number>;
  record(stream: number, seq: number, groups: readonly DetectionGroup[]): Promise<void>;
};

/** The sink without what rules on trial detect; the checkpoint moves all the same. */
export const withoutTrials = (sink: AlertSink, isTrial: (ruleId: string) => boolean): AlertSink => ({
  checkpoint: (stream) => sink.checkpoint(stream),
  record: (stream, seq, groups) =>
    sink.record(
      stream,
      seq,
      groups.filter(({ rule }) => !isTrial(rule.id)),
    ),
});
