import type { GroupingRuleInput, GroupingRuleMatch, GroupingRuleView } from "../../../api/formation.ts";

/** What the form holds. `until` is a local date such as 2026-12-31, "" while none is chosen. */
export type GroupingDraft = {
  readonly effect: GroupingRuleMatch["effect"];
  readonly ruleId: string;
  readonly entityKind: GroupingRuleMatch["entityKind"];
  readonly pattern: string;
  readonly unitId: string;
  readonly reason: string;
  readonly until: string;
};

export const emptyDraft = (unitId: string): GroupingDraft => ({
  effect: "never-open",
  ruleId: "",
  entityKind: "host",
  pattern: "",
  unitId,
  reason: "",
  until: "",
});

export const draftFrom = ({
  effect,
  ruleId,
  entityKind,
  pattern,
  unitId,
  reason,
}: GroupingRuleView): GroupingDraft => ({
  effect,
  ruleId: ruleId ?? "",
  entityKind,
  pattern,
  unitId,
  reason,
  until: "",
});

export const hasMatch = ({ pattern, unitId }: GroupingDraft): boolean => pattern.trim() !== "" && unitId !== "";
export const isComplete = (draft: GroupingDraft): boolean =>
  hasMatch(draft) && draft.reason.trim() !== "" && draft.until !== "";

export const matchOf = ({ effect, ruleId, entityKind, pattern, unitId }: GroupingDraft): GroupingRuleMatch => ({
  effect,
  ruleId: ruleId.trim() === "" ? null : ruleId.trim(),
  entityKind,
  pattern: pattern.trim(),
  unitId,
});

/** Until the last moment of the chosen day, in the zone of the person's own clock. */
export const inputOf = (draft: GroupingDraft): GroupingRuleInput => ({
  ...matchOf(draft),
  reason: draft.reason.trim(),
  expiresAt: new Date(`${draft.until}T23:59:59`).toISOString(),
});

/** The local date so many days from now. */
export function dateIn(days: number, nowMs: number): string {
  const day = new Date(nowMs + days * 86_400_000);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
