import type { Answers } from "./applies.ts";
import type { Answer, Stage } from "./contract.ts";

/** What can be recorded in a case. `pending`: makes a deadline later, and holds from its confirmation on. */
type Body = {
  readonly known: {
    readonly knownAt: string;
    readonly place: string;
    readonly evidence: string;
    readonly reason: string;
    /** Entries that the first declaration started, in the versions in force then. */
    readonly entries: readonly EntryRef[];
    /** The unit's days off as they were then; null in a correction, which keeps them. */
    readonly daysOff: readonly string[] | null;
    readonly pending: boolean;
  };
  readonly facts: { readonly answers: Readonly<Record<string, Answer>>; readonly pending: boolean };
  readonly entries: {
    readonly entries: readonly EntryRef[];
    /** Taken into the case by mistake, and taken out again. */
    readonly removed?: readonly string[];
    readonly reason?: string;
    readonly daysOff: readonly string[] | null;
    readonly pending: boolean;
  };
  readonly confirmed: { readonly change: number };
  readonly withdrawn: { readonly change: number };
  readonly draft: {
    readonly clock: string;
    readonly language: "ja" | "en";
    readonly fields: Readonly<Record<string, string>>;
  };
  readonly document: {
    readonly documentId: string;
    readonly clock: string;
    readonly name: string;
    readonly sha256: string;
    readonly isUpload: boolean;
    /** People whose words are in it, none of whom may approve it. */
    readonly authors: readonly string[];
  };
  readonly approved: { readonly documentId: string };
  /** A filing that was recorded by mistake: it ends no clock any more, and stays in sight. */
  readonly "filing-voided": { readonly filing: number; readonly reason: string };
  readonly filed: {
    readonly clock: string;
    readonly documentId: string;
    readonly sentAt: string;
    readonly recipient: string;
    readonly receipt: string;
    readonly note: string;
  };
};
export type EntryRef = { readonly id: string; readonly version: number };
export type EventKind = keyof Body;
export type NewEvent = { readonly [K in EventKind]: { readonly kind: K; readonly body: Body[K] } }[EventKind];
export type CaseEvent = NewEvent & {
  readonly seq: number;
  readonly at: string;
  readonly actorId: string;
  readonly actorName: string;
};
export type EventOf<K extends EventKind> = Extract<CaseEvent, { kind: K }>;
/** What may wait for a second person. */
export type Change = EventOf<"known"> | EventOf<"facts"> | EventOf<"entries">;

export type Standing = {
  readonly knownAt: string | null;
  readonly answers: Answers;
  /** Version by entry. */
  readonly entries: ReadonlyMap<string, number>;
  readonly daysOff: readonly string[];
};
const NOTHING: Standing = { knownAt: null, answers: {}, entries: new Map(), daysOff: [] };

export const isChange = (event: CaseEvent): event is Change =>
  event.kind === "known" || event.kind === "facts" || event.kind === "entries";

/** What holds after these events, oldest first. A pending change counts from the moment it was confirmed. */
export function standingOf(events: readonly CaseEvent[]): Standing {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  return events.reduce((now, event) => {
    if (isChange(event)) return event.body.pending ? now : withChange(now, event);
    if (event.kind !== "confirmed") return now;
    const change = bySeq.get(event.body.change);
    return change && isChange(change) ? withChange(now, change) : now;
  }, NOTHING);
}

/** What would hold after one more change. */
export function withChange(now: Standing, { body }: Pick<Change, "body">): Standing {
  if ("answers" in body) return { ...now, answers: { ...now.answers, ...body.answers } };
  const entries = new Map([...now.entries, ...body.entries.map(({ id, version }) => [id, version] as const)]);
  if ("removed" in body) for (const id of body.removed ?? []) entries.delete(id);
  const next = { ...now, entries, daysOff: body.daysOff ?? now.daysOff };
  return "knownAt" in body ? { ...next, knownAt: body.knownAt } : next;
}

/** Changes that still wait for a second person. */
export function pendingOf(events: readonly CaseEvent[]): Change[] {
  const decided = new Set(
    events.flatMap((event) => (event.kind === "confirmed" || event.kind === "withdrawn" ? [event.body.change] : [])),
  );
  return events.filter(isChange).filter(({ body, seq }) => body.pending && !decided.has(seq));
}

/** What a change touches: `known`, questions, or entries. */
function touchedBy({ body }: Change): readonly string[] {
  if ("answers" in body) return Object.keys(body.answers);
  if ("knownAt" in body) return ["known"];
  return [...body.entries.map(({ id }) => id), ...(body.removed ?? [])];
}

/**
 * Whether something newer holds already of what a waiting change touches: it was asked for under what is no longer so, and
 * confirming it would set the newer word aside.
 */
export function isSuperseded(events: readonly CaseEvent[], change: Change): boolean {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const keys = new Set(touchedBy(change));
  return events.some((event) => {
    if (event.seq <= change.seq) return false;
    const held = event.kind === "confirmed" ? bySeq.get(event.body.change) : event;
    if (!held || !isChange(held) || held.kind !== change.kind || held.seq === change.seq) return false;
    if (event.kind !== "confirmed" && held.body.pending) return false;
    return touchedBy(held).some((key) => keys.has(key));
  });
}

export const eventsOf = <K extends EventKind>(events: readonly CaseEvent[], kind: K): EventOf<K>[] =>
  events.filter((event): event is EventOf<K> => event.kind === kind);

/** The filings that were recorded by mistake, by their number. */
export const voidedFilings = (events: readonly CaseEvent[]): ReadonlyMap<number, EventOf<"filing-voided">> =>
  new Map(eventsOf(events, "filing-voided").map((event) => [event.body.filing, event]));

/** When each clock was first filed. */
export function firstFilings(events: readonly CaseEvent[]): Map<string, number> {
  const first = new Map<string, number>();
  const voided = voidedFilings(events);
  for (const { body, seq } of eventsOf(events, "filed")) {
    if (voided.has(seq)) continue;
    const sentMs = Date.parse(body.sentAt);
    first.set(body.clock, Math.min(first.get(body.clock) ?? sentMs, sentMs));
  }
  return first;
}

/** Who approved the document, each of them without a part in making it. */
export const approvalsOf = (events: readonly CaseEvent[], documentId: string): EventOf<"approved">[] =>
  eventsOf(events, "approved").filter(({ body }) => body.documentId === documentId);

/** The approval that makes a filing one of four eyes: by another person than the one who sent it. */
export const approvalOf = (events: readonly CaseEvent[], filing: EventOf<"filed">): EventOf<"approved"> | undefined =>
  approvalsOf(events, filing.body.documentId).find(({ actorId }) => actorId !== filing.actorId);

/** A second person is one who neither wrote nor made nor sent the file. */
export function mayApprove(events: readonly CaseEvent[], documentId: string, personId: string): boolean {
  const made = eventsOf(events, "document").find(({ body }) => body.documentId === documentId);
  if (!made || made.actorId === personId || made.body.authors.includes(personId)) return false;
  const had = [...eventsOf(events, "filed"), ...eventsOf(events, "approved")];
  return !had.some(({ body, actorId }) => body.documentId === documentId && actorId === personId);
}

/** The clocks from which a report may take its words: its own, else earlier stages of the same entry with the same report. */
export function sourcesOf(entryId: string, stages: readonly Stage[], key: string): string[] {
  const at = stages.findIndex((stage) => stage.key === key);
  const own = stages[at];
  const earlier = stages.slice(0, Math.max(0, at)).filter(({ report }) => report === own?.report);
  return [key, ...earlier.map((stage) => stage.key).toReversed()].map((each) => `${entryId}:${each}`);
}

/** The words to begin with: those saved last for the first of the clocks that has some. */
export function wordsFrom(
  events: readonly CaseEvent[],
  clocks: readonly string[],
  language: string,
): EventOf<"draft"> | undefined {
  for (const clock of clocks) {
    const found = draftOf(events, clock, language);
    if (found) return found;
  }
  return undefined;
}

/** The words saved last for a clock's report in a language. */
export const draftOf = (events: readonly CaseEvent[], clock: string, language: string): EventOf<"draft"> | undefined =>
  eventsOf(events, "draft").findLast(({ body }) => body.clock === clock && body.language === language);
