import type { IncidentChange, IncidentEntry, IncidentStatus } from "./contract.ts";

/** The fields of an incident that people change. */
export type Fields = {
  readonly title: string;
  readonly titleJa: string | null;
  readonly severity: NonNullable<IncidentChange["severity"]>;
  readonly status: IncidentStatus;
  readonly closingReason: string;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly unitId: string;
  readonly summary: string;
};
/** A wish with people's names beside their ids. Left out = keep. */
export type Wish = Omit<IncidentChange, "ownerId"> & { readonly owner?: { id: string; name: string } | null };

/** The fields after a change. Any status but closed clears the closing reason. */
export function changed(before: Fields, wish: Wish): Fields {
  const status = wish.status ?? before.status;
  return {
    title: wish.title ?? before.title,
    // A person's name for it is the name in every language.
    titleJa: wish.title === undefined || wish.title === before.title ? before.titleJa : null,
    severity: wish.severity ?? before.severity,
    status,
    closingReason: status === "closed" ? (wish.closingReason ?? before.closingReason) : "",
    ownerId: wish.owner === undefined ? before.ownerId : (wish.owner?.id ?? null),
    ownerName: wish.owner === undefined ? before.ownerName : (wish.owner?.name ?? null),
    unitId: wish.unitId ?? before.unitId,
    summary: wish.summary ?? before.summary,
  };
}

/** What differs, field by field, as the history shows it; [] when nothing does. */
export function differences(before: Fields, after: Fields): IncidentEntry["changes"] {
  const fields = [
    ["title", before.title, after.title],
    ["severity", before.severity, after.severity],
    ["status", before.status, after.status],
    ["closingReason", before.closingReason || null, after.closingReason || null],
    ["unit", before.unitId, after.unitId],
    ["summary", before.summary || null, after.summary || null],
  ] as const;
  const found: IncidentEntry["changes"] = fields
    .filter(([, was, is]) => was !== is)
    .map(([field, was, is]) => ({ field, before: was, after: is }));
  if (before.ownerId === after.ownerId) return found;
  return [...found, { field: "owner", before: before.ownerName, after: after.ownerName }];
}

/** The audit word for the most telling part of a change. */
export function actionOf(change: IncidentChange): string {
  if (change.status === "closed") return "incident.close";
  if (change.status !== undefined) return "incident.status";
  if (change.ownerId !== undefined) return "incident.assign";
  return "incident.edit";
}
