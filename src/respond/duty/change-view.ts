import { type CaseEvent, type Change, isChange, isSuperseded, pendingOf, type Standing } from "./case.ts";
import type { Reader } from "./case-view.ts";
import type { Later } from "./clocks.ts";
import type { ChangeRow, DutyCase, EntryContent, PendingChange } from "./contract.ts";

/** Names of entries in any version that the case or the register knows. */
export type Names = ReadonlyMap<string, EntryContent["name"]>;
type Said = { readonly events: readonly CaseEvent[]; readonly standing: Standing; readonly names: Names };

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** A change that waits, with all that a second person needs to judge it: what holds, what is wanted, what becomes later. */
export function pendingView(
  change: Change,
  later: readonly Later[],
  about: Said & { readonly reader: Reader },
): PendingChange {
  const { reader, events } = about;
  const isOld = isSuperseded(events, change);
  return {
    seq: change.seq,
    by: change.actorName,
    at: change.at,
    kind: change.kind,
    effects: later.map(({ clock, before, after }) => ({
      clock,
      name: {
        ja: `${before.entry.content.name.ja}：${before.stage.name.ja}`,
        en: `${before.entry.content.name.en}: ${before.stage.name.en}`,
      },
      before: iso(before.due?.dueMs) ?? "",
      after: after && after.state !== "does-not-apply" && after.state !== "not-in-force" ? iso(after.due?.dueMs) : null,
    })),
    mayConfirm: reader.mayWrite && change.actorId !== reader.id && !isOld,
    mayWithdraw: reader.mayWrite,
    isSuperseded: isOld,
    rows: rowsOf(change, about),
  };
}

type Rowing = Pick<Said, "names"> & { readonly standing?: Standing; readonly events?: readonly CaseEvent[] };

/** What a change says, each part beside what holds. */
function rowsOf({ body }: Change, { names, standing, events = [] }: Rowing): ChangeRow[] {
  const row = (key: string, after: string, before: string | null = null): ChangeRow => ({
    key,
    name: names.get(key.slice(key.indexOf(":") + 1)) ?? null,
    before,
    after,
  });
  if ("answers" in body)
    return Object.entries(body.answers).map(([key, answer]) => row(key, answer, standing?.answers[key] ?? null));
  if ("knownAt" in body) {
    const held = events.findLast((event) => event.kind === "known" && event.body.knownAt === standing?.knownAt);
    const was = held?.kind === "known" ? held.body : undefined;
    return [
      row("knownAt", body.knownAt, standing?.knownAt ?? null),
      row("place", body.place, was?.place ?? null),
      row("evidence", body.evidence, was?.evidence ?? null),
      ...(body.reason === "" ? [] : [row("reason", body.reason)]),
    ];
  }
  const version = (id: string): string | null => standing?.entries.get(id)?.toString() ?? null;
  return [
    ...body.entries.map(({ id, version: wanted }) => row(`version:${id}`, String(wanted), version(id))),
    ...(body.removed ?? []).map((id) => row(`removed:${id}`, body.reason ?? "", version(id))),
  ];
}

/** Newest first; the words of drafts stay in the drafts. */
export function historyView({ events, names }: Pick<Said, "events" | "names">): DutyCase["history"] {
  const waiting = new Set(pendingOf(events).map(({ seq }) => seq));
  return events.toReversed().map((event) => ({
    seq: event.seq,
    at: event.at,
    by: event.actorName,
    kind: event.kind,
    isPending: waiting.has(event.seq),
    rows: (isChange(event) ? rowsOf(event, { names }) : otherRows(event)).map(({ key, name, after }) => ({
      key,
      name,
      after,
    })),
  }));
}

/** Single words and numbers of what is no change, such as which change was confirmed and where a file was sent. */
function otherRows({ kind, body }: CaseEvent): ChangeRow[] {
  return Object.entries(body).flatMap(([key, value]) => {
    const isShown =
      SHOWN[kind]?.includes(key) && (typeof value === "string" || typeof value === "number") && value !== "";
    return isShown ? [{ key, name: null, before: null, after: String(value) }] : [];
  });
}

const SHOWN: Readonly<Partial<Record<CaseEvent["kind"], readonly string[]>>> = {
  confirmed: ["change"],
  withdrawn: ["change"],
  document: ["name"],
  filed: ["sentAt", "recipient", "receipt", "note"],
  "filing-voided": ["filing", "reason"],
};
