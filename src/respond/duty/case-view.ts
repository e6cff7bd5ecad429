import type { Answers } from "./applies.ts";
import { appliesTo } from "./applies.ts";
import {
  approvalOf,
  approvalsOf,
  type CaseEvent,
  type EventOf,
  eventsOf,
  mayApprove,
  pendingOf,
  voidedFilings,
} from "./case.ts";
import type { ClockTime, Kept } from "./clocks.ts";
import type { CaseEntry, Clock, DutyDocument, Filing, KnownAt } from "./contract.ts";

export type Reader = { readonly id: string; readonly mayWrite: boolean };
export type Warned = { readonly clock: string; readonly dueAt: Date; readonly percent: number };

const iso = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

export function clockView(
  time: ClockTime,
  about: { readonly events: readonly CaseEvent[]; readonly warned: readonly Warned[]; readonly reader: Reader },
): Clock {
  const { entry, stage, due, target } = time;
  return {
    clock: time.clock,
    entryId: entry.id,
    entryVersion: entry.version,
    entryName: entry.content.name,
    stageName: stage.name,
    category: entry.content.category,
    basis: entry.content.basis,
    zone: entry.content.zone,
    report: stage.report,
    applies: time.applies,
    state: time.state,
    startsAt: iso(time.startsAtMs),
    dueAt: iso(due?.dueMs),
    lastDay: due?.lastDay ?? null,
    movedFrom: due?.movedFrom ?? null,
    targetAt: iso(target?.dueMs),
    targetLastDay: target?.lastDay ?? null,
    isProjected: time.isProjected,
    warned: about.warned
      .filter(({ clock, dueAt }) => clock === time.clock && dueAt.getTime() === due?.dueMs)
      .map(({ percent }) => percent)
      .sort((a, b) => a - b),
    filings: filingsOf(about.events, time.clock),
    documents: documentsOf(about.events, time.clock, about.reader),
  };
}

function filingsOf(events: readonly CaseEvent[], clock: string): Filing[] {
  const made = new Map(eventsOf(events, "document").map(({ body }) => [body.documentId, body]));
  const filed = eventsOf(events, "filed").filter(({ body }) => body.clock === clock);
  const voided = voidedFilings(events);
  const first = filed.find(({ seq }) => !voided.has(seq));
  return filed.map((event) => {
    const back = voided.get(event.seq);
    const approval = approvalOf(events, event);
    const document = made.get(event.body.documentId);
    return {
      seq: event.seq,
      documentId: event.body.documentId,
      sha256: document?.sha256 ?? "",
      name: document?.name ?? "",
      sentAt: event.body.sentAt,
      recipient: event.body.recipient,
      receipt: event.body.receipt,
      note: event.body.note,
      filedBy: event.actorName,
      recordedAt: event.at,
      isSupplement: first !== undefined && event.seq > first.seq && !back,
      approval: approval === undefined ? "none" : approval.seq < event.seq ? "before" : "after",
      approvedBy: approval?.actorName ?? null,
      voided: back ? { by: back.actorName, at: back.at, reason: back.body.reason } : null,
    };
  });
}

function documentsOf(events: readonly CaseEvent[], clock: string, reader: Reader): DutyDocument[] {
  return eventsOf(events, "document")
    .filter(({ body }) => body.clock === clock)
    .map(({ body, actorName, at }) => {
      const approvals = approvalsOf(events, body.documentId);
      const [approved] = approvals;
      return {
        id: body.documentId,
        clock,
        name: body.name,
        sha256: body.sha256,
        isUpload: body.isUpload,
        madeBy: actorName,
        madeAt: at,
        approvedBy: approved?.actorName ?? null,
        approvedAt: approved?.at ?? null,
        hasApproval: approvals.some(({ actorId }) => actorId !== reader.id),
        mayApprove: reader.mayWrite && mayApprove(events, body.documentId, reader.id),
      };
    });
}

export function entryView(
  { id, version, content }: Kept,
  { answers, newer }: { readonly answers: Answers; readonly newer: CaseEntry["newer"] },
): CaseEntry {
  const { name, category, basis, question, contact, disclose } = content;
  return {
    id,
    version,
    name,
    category,
    basis,
    applies: appliesTo(id, content, answers),
    question,
    contact,
    disclose,
    newer,
  };
}

/** Every declaration, newest first, with what became of it. */
export function knownView(events: readonly CaseEvent[]): KnownAt[] {
  const waiting = new Set(pendingOf(events).map(({ seq }) => seq));
  const confirmed = new Set(eventsOf(events, "confirmed").map(({ body }) => body.change));
  const withdrawn = new Set(eventsOf(events, "withdrawn").map(({ body }) => body.change));
  const effective = (event: EventOf<"known">) => !event.body.pending || confirmed.has(event.seq);
  const last = lastEffective(events, effective);
  return eventsOf(events, "known")
    .toReversed()
    .map((event) => ({
      seq: event.seq,
      by: event.actorName,
      at: event.at,
      knownAt: event.body.knownAt,
      place: event.body.place,
      evidence: event.body.evidence,
      reason: event.body.reason,
      state: waiting.has(event.seq)
        ? "pending"
        : withdrawn.has(event.seq)
          ? "withdrawn"
          : event.seq === last
            ? "in-force"
            : "replaced",
    }));
}

/** A confirmed declaration holds from its confirmation on, so the order is that of confirmations. */
function lastEffective(events: readonly CaseEvent[], isEffective: (event: EventOf<"known">) => boolean) {
  const known = new Map(eventsOf(events, "known").map((event) => [event.seq, event]));
  const order = events.flatMap((event) => {
    if (event.kind === "known") return event.body.pending ? [] : [event.seq];
    return event.kind === "confirmed" && known.has(event.body.change) ? [event.body.change] : [];
  });
  return order.findLast((seq) => {
    const event = known.get(seq);
    return event !== undefined && isEffective(event);
  });
}
