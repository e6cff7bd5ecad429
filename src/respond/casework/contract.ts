import { z } from "zod";
import { Level, PersonRef } from "../../monitor/alert/contract.ts";
import { IncidentStatus } from "../incident/contract.ts";
import { At, Id, Line, Prose, Untrimmed } from "../incident/wire.ts";

/**
 * The work on a case. `:id` is an incident's id or `INC-12`; instants are UTC ISO 8601 with milliseconds.
 *
 * GET   /api/v1/incidents/:id/tasks                          → TaskList
 * POST  /api/v1/incidents/:id/tasks                          TaskInput → TaskList
 * PATCH /api/v1/incidents/:id/tasks/:taskId                  TaskPatch → TaskList; 409 when the version is old
 * POST  /api/v1/incidents/:id/tasks/:taskId/move             TaskMove → TaskList
 * GET   /api/v1/incidents/:id/case-notes                     → NoteList
 * POST  /api/v1/incidents/:id/case-notes                     NoteInput → CaseNote
 * GET   /api/v1/incidents/:id/case-notes/:noteId             → CaseNote
 * PUT   /api/v1/incidents/:id/case-notes/:noteId             NoteSave → CaseNote; 409 with the other text in its facts
 * GET   /api/v1/incidents/:id/case-notes/:noteId/versions    → NoteVersions; `/:version` → NoteVersion with its text
 * GET   /api/v1/incidents/:id/evidence                       → EvidenceList: of each chain the first and the newest entries
 * POST  /api/v1/incidents/:id/evidence?key&name&note&bytes   the file's bytes → Evidence; the same key again is the same file
 * GET   /api/v1/incidents/:id/evidence/:evidenceId           → Evidence with its chain
 * GET   /api/v1/incidents/:id/evidence/:evidenceId/file      → the bytes; the chain of custody says who took them
 * POST  /api/v1/incidents/:id/evidence/:evidenceId/custody   CustodyInput → Evidence; 409 when it changed hands meanwhile
 * POST  /api/v1/incidents/:id/evidence/:evidenceId/delete    EvidenceDelete → Evidence; of a closed incident, by the holder
 * GET   /api/v1/incidents/:id/similar                        → SimilarIncidents
 */

export const MAX_TASKS = 200;
export const MAX_NOTES = 200;
export const MAX_NOTE_CHARS = 50_000;
/** Files of an incident whose bytes are kept. */
export const MAX_EVIDENCE = 200;
export const MAX_EVIDENCE_BYTES = 512 * 1024 ** 2;

const line = (maxChars: number) => Line(maxChars).min(1);
const Reason = Prose(1_000).min(1);

export const CaseParams = z.object({ id: Id });
export const TaskParams = z.object({ id: Id, taskId: Id });
export const NoteParams = z.object({ id: Id, noteId: Id });
export const NoteVersionParams = NoteParams.extend({ version: z.coerce.number().int().min(1).max(1_000_000_000) });
export const EvidenceParams = z.object({ id: Id, evidenceId: Id });

export const TASK_STATES = ["todo", "doing", "done", "dropped"] as const;
const TaskState = z.enum(TASK_STATES);
export const Task = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  state: TaskState,
  owner: PersonRef.nullable(),
  dueAt: z.string().nullable(),
  createdAt: z.string(),
  doneAt: z.string().nullable(),
});
/** In the order that people gave them. */
export const TaskList = z.object({ items: z.array(Task) });
export const TaskInput = z.object({
  title: line(300),
  /** A person id, `me`, or null. */
  ownerId: Id.nullable().default(null),
  dueAt: At.nullable().default(null),
});
export const TaskPatch = z.object({
  version: z.number().int().min(1),
  change: z.object({
    title: line(300).optional(),
    state: TaskState.optional(),
    ownerId: Id.nullable().optional(),
    dueAt: At.nullable().optional(),
  }),
});
export const TaskMove = z.object({ direction: z.enum(["up", "down"]) });

/** Markdown as typed: shown through a renderer that knows no raw HTML. */
const NoteBody = Untrimmed(MAX_NOTE_CHARS);
export const NoteInput = z.object({ title: line(200), body: NoteBody });
/** `version`: as it was when the form was opened. */
export const NoteSave = NoteInput.extend({ version: z.number().int().min(1) });
export const CaseNote = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  body: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
});
/** Without their texts, the one changed last first. */
export const NoteList = z.object({ items: z.array(CaseNote.omit({ body: true })) });

/** As it was saved; the newest is what the note says now. */
export const NoteVersion = z.object({
  version: z.number(),
  title: z.string(),
  body: z.string(),
  at: z.string(),
  by: z.string(),
});
/** Without their texts, the newest first; of more than 200 the newest. */
export const NoteVersions = z.object({ items: z.array(NoteVersion.omit({ body: true })) });

export const CustodyEntry = z.object({
  number: z.number(),
  kind: z.enum(["received", "handed-over", "downloaded", "deleted"]),
  at: z.string(),
  actor: PersonRef.extend({ kind: z.string() }),
  /** Who has it from then on. */
  holder: PersonRef,
  reason: z.string(),
  /** What the stored bytes hashed to at that moment. */
  sha256: z.string(),
});
export const Evidence = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string(),
  bytes: z.number(),
  /** Of what was received. */
  sha256: z.string(),
  receivedAt: z.string(),
  isDeleted: z.boolean(),
  holder: PersonRef,
  /** Oldest first; of long chains the first and the newest of the rest: 3 in a list, 200 alone. */
  custody: z.array(CustodyEntry),
  custodyCount: z.number(),
});
export const EvidenceList = z.object({ items: z.array(Evidence) });
export const EvidenceUpload = z.object({
  /** Chosen by the sender once per file: an upload whose answer was lost is found by it. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  name: line(255),
  note: Prose(1_000).default(""),
  bytes: z.coerce.number().int().min(0).max(MAX_EVIDENCE_BYTES),
});
export const CustodyInput = z.object({
  /** The person who takes it. */
  toId: Id,
  reason: Reason,
  /** The number of the last entry that the giver saw. */
  after: z.number().int().min(1),
});
export const EvidenceDelete = z.object({ reason: Reason, after: z.number().int().min(1) });

export const SimilarIncidents = z.object({
  /** Entities of this incident that were compared. */
  compared: z.number(),
  items: z.array(
    z.object({
      id: z.string(),
      number: z.number(),
      title: z.string(),
      titleJa: z.string().nullable(),
      status: IncidentStatus,
      severity: Level,
      unitId: z.string(),
      openedAt: z.string(),
      /** Shared entities, the rarest first; at most 10 are named. */
      shared: z.array(z.object({ kind: z.string(), value: z.string() })),
      sharedCount: z.number(),
    }),
  ),
});

export type Task = z.infer<typeof Task>;
export type TaskList = z.infer<typeof TaskList>;
export type TaskInput = z.infer<typeof TaskInput>;
export type TaskPatch = z.infer<typeof TaskPatch>;
export type TaskMove = z.infer<typeof TaskMove>;
export type CaseNote = z.infer<typeof CaseNote>;
export type NoteVersion = z.infer<typeof NoteVersion>;
export type NoteVersions = z.infer<typeof NoteVersions>;
export type NoteList = z.infer<typeof NoteList>;
export type NoteInput = z.infer<typeof NoteInput>;
export type NoteSave = z.infer<typeof NoteSave>;
export type CustodyEntry = z.infer<typeof CustodyEntry>;
export type Evidence = z.infer<typeof Evidence>;
export type EvidenceList = z.infer<typeof EvidenceList>;
export type EvidenceUpload = z.infer<typeof EvidenceUpload>;
export type CustodyInput = z.infer<typeof CustodyInput>;
export type EvidenceDelete = z.infer<typeof EvidenceDelete>;
export type SimilarIncidents = z.infer<typeof SimilarIncidents>;
