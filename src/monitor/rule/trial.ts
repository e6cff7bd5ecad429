import type { DetectionGroup } from "../event/index.ts";

type Staged = { readonly isEnabled: boolean; readonly trial?: { readonly until: Date | null } | undefined };

/** Whether a switched-on rule is on trial at an instant: it detects, and raises no alerts. */
export const isOnTrial = (override: Staged | undefined, nowMs: number): boolean =>
  override?.trial !== undefined && override.isEnabled && (override.trial.until?.getTime() ?? Infinity) > nowMs;

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
