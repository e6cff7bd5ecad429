import { createHash } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { toMarkdown, toPdf } from "../../platform/pdf/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { readIncident } from "../incident/index.ts";
import { draftOf, eventsOf, mayApprove } from "./case.ts";
import { type CaseIncident, clocksUnder, findCase, type LoadedCase, loadCase } from "./case-load.ts";
import { insertDocument, readDocument } from "./case-store.ts";
import { knownView } from "./case-view.ts";
import { record } from "./conduct.ts";
import type { DocumentInput, Draft, DraftQuery, DraftSave, DutyCase, FilingInput, Language } from "./contract.ts";
import { type DraftInput, fieldsOf, reportOf } from "./draft.ts";
import { ownUnits } from "./reach.ts";
import { requirePerson } from "./register.ts";
import { profilesOf, unitPlaces } from "./register-store.ts";

type Wanted = { readonly clock: string; readonly language: Language };
export type StoredFile = { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array };

/** The report of a clock as the case fills it in and people worded it. Errors: `not_found`. */
export async function readDraft(ctx: Ctx, ref: string, wanted: DraftQuery): Promise<Draft> {
  const incident = await findCase(ctx, ref, "read");
  const loaded = await loadCase(ctx.state, incident);
  const input = await draftInput(ctx, loaded, wanted);
  const report = reportOf(input);
  const saved = draftOf(loaded.events, wanted.clock, wanted.language);
  return {
    clock: wanted.clock,
    language: wanted.language,
    title: report.title,
    version: loaded.events.length,
    editedBy: saved?.actorName ?? null,
    fields: fieldsOf(input),
    markdown: toMarkdown(report),
  };
}

/** The same as a file. */
export async function draftFile(
  ctx: Ctx,
  ref: string,
  wanted: DraftQuery & { format: "pdf" | "md" },
): Promise<StoredFile> {
  const incident = await findCase(ctx, ref, "read");
  return await drawn(ctx, await loadCase(ctx.state, incident), wanted);
}

/** Keeps a person's words for the report, whatever the case says later. Errors: `conflict` with what another person wrote. */
export async function saveDraft(ctx: Ctx, ref: string, input: DraftSave): Promise<Draft> {
  const { clock, language, fields, version } = input;
  await record(ctx, "draft", {
    ref,
    detail: { clock, language },
    event: async (loaded, tx) => {
      await clockIn(tx, loaded, clock, ctx.now());
      const theirs = draftOf(loaded.events, clock, language);
      if (theirs && theirs.seq > version)
        throw new AppError(
          "conflict",
          `${theirs.actorName} saved this draft meanwhile. What you typed is still here.`,
          {
            theirs: theirs.body.fields,
            by: theirs.actorName,
          },
        );
      return { kind: "draft", body: { clock, language, fields } };
    },
  });
  return await readDraft(ctx, ref, { clock, language });
}

/** Fixes a file: the draft as it is now, or one that a person brings. From here on its bytes do not change. */
export async function addDocument(ctx: Ctx, ref: string, { clock, from }: DocumentInput): Promise<DutyCase> {
  const incident = await findCase(ctx, ref, "write");
  requirePerson(ctx);
  const id = newId("file", ctx.now().getTime());
  const isUpload = from.kind === "upload";
  const file = isUpload
    ? { name: from.name, mediaType: "application/octet-stream", bytes: Buffer.from(from.base64, "base64") }
    : await drawn(ctx, await loadCase(ctx.state, incident), { clock, ...from });
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  return await record(ctx, "document", {
    ref,
    detail: { clock, name: file.name, sha256 },
    event: async (loaded, tx) => {
      await clockIn(tx, loaded, clock, ctx.now());
      await insertDocument(tx, { id, incidentId: incident.id, sha256, ...file });
      const drafts = isUpload ? [] : eventsOf(loaded.events, "draft").filter(({ body }) => body.clock === clock);
      const authors = [...new Set(drafts.map(({ actorId }) => actorId))];
      return { kind: "document", body: { documentId: id, clock, name: file.name, sha256, isUpload, authors } };
    },
  });
}

/** A second person's word that this file may go, or could have gone. Errors: `conflict` from who had a part in it. */
export function approveDocument(ctx: Ctx, ref: string, documentId: string): Promise<DutyCase> {
  return record(ctx, "approve", {
    ref,
    detail: { documentId },
    event: ({ events }) => {
      if (!eventsOf(events, "document").some(({ body }) => body.documentId === documentId)) throw noSuchFile();
      if (!mayApprove(events, documentId, ctx.actor.id))
        throw new AppError(
          "conflict",
          "A second person approves: one who neither wrote, nor made, nor sent this file.",
        );
      return { kind: "approved", body: { documentId } };
    },
  });
}

/** Records that a file was sent. Never refused for want of an approval: the duty is real, and the record says what was missing. */
export function fileDocument(ctx: Ctx, ref: string, input: FilingInput): Promise<DutyCase> {
  if (Date.parse(input.sentAt) > ctx.now().getTime())
    throw new AppError("invalid", "What was sent lies in the past: this time is still to come.");
  return record(ctx, "file", {
    ref,
    detail: { clock: input.clock, documentId: input.documentId, receipt: input.receipt },
    event: ({ events }) => {
      const made = eventsOf(events, "document").find(({ body }) => body.documentId === input.documentId);
      if (!made || made.body.clock !== input.clock) throw noSuchFile();
      return { kind: "filed", body: input };
    },
  });
}

/** The bytes as they were fixed. Errors: `not_found`. */
export async function readFileOf(ctx: Ctx, ref: string, documentId: string): Promise<StoredFile> {
  const incident = await findCase(ctx, ref, "read");
  const row = await readDocument(ctx.state, incident.id, documentId);
  if (!row) throw noSuchFile();
  return { name: row.name, mediaType: row.mediaType, bytes: row.bytes };
}

async function drawn(ctx: Ctx, loaded: LoadedCase, wanted: Wanted & { format: "pdf" | "md" }): Promise<StoredFile> {
  const report = reportOf(await draftInput(ctx, loaded, wanted));
  const [, stage = "report"] = wanted.clock.split(":");
  const name = `INC-${loaded.incident.number}-${stage}-${wanted.language}.${wanted.format}`;
  if (wanted.format === "md")
    return { name, mediaType: "text/markdown; charset=utf-8", bytes: Buffer.from(toMarkdown(report)) };
  return { name, mediaType: "application/pdf", bytes: await toPdf(report, ctx.now()) };
}

async function draftInput(ctx: Ctx, loaded: LoadedCase, { clock, language }: Wanted): Promise<DraftInput> {
  const time = await clockIn(ctx.state, loaded, clock, ctx.now());
  return {
    time,
    incident: await readIncident(ctx, loaded.incident.id),
    answers: loaded.standing.answers,
    known: knownView(loaded.events).find(({ state }) => state === "in-force"),
    standing: await standingAnswers(ctx.state, loaded.incident, language),
    language,
    edited: draftOf(loaded.events, clock, language)?.body.fields ?? {},
  };
}

/** The unit's own answers; what it leaves open, its company answers. */
async function standingAnswers(
  db: StateDb,
  { unitId }: CaseIncident,
  language: Language,
): Promise<DraftInput["standing"]> {
  const own = ownUnits(await unitPlaces(db), unitId);
  const profiles = await profilesOf(db, own);
  const inOrder = own
    .flatMap((id) => profiles.filter((row) => row.unitId === id))
    .map(({ content }) => content.standing[language]);
  const [first, ...rest] = inOrder;
  if (!first) return undefined;
  const answers = { ...first };
  for (const key of Object.keys(answers) as (keyof typeof answers)[])
    answers[key] = answers[key] || (rest.find((each) => each[key] !== "")?.[key] ?? "");
  return answers;
}

async function clockIn(db: StateDb, loaded: LoadedCase, clock: string, now: Date) {
  const clocks = await clocksUnder(db, loaded, { standing: loaded.standing, nowMs: now.getTime() });
  const time = clocks.find((one) => one.clock === clock);
  if (!time) throw new AppError("not_found", "There is no such clock in this case.");
  return time;
}

const noSuchFile = (): AppError => new AppError("not_found", "There is no such file in this case.");
