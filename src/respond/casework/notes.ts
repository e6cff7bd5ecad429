import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { findWritable, iso, readableIncident, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import {
  CaseNote,
  MAX_NOTES,
  type NoteInput,
  type NoteList,
  type NoteSave,
  NoteVersion,
  type NoteVersions,
} from "./contract.ts";

const Row = z.object({ note: CaseNote });
const Head = z.object({ note: CaseNote.omit({ body: true }) });
const HEAD = sql`'id', id, 'version', version, 'title', title, 'createdAt', ${iso("created_at")}, 'createdBy', created_by,
  'changedAt', ${iso("changed_at")}, 'changedBy', changed_by`;

const MAX_VERSIONS = 200;
const VersionRow = z.object({ saved: NoteVersion });
const VersionHead = z.object({ saved: NoteVersion.omit({ body: true }) });
const VERSION = sql`'version', version, 'title', title, 'at', ${iso("at")}, 'by', by`;

type Place = { readonly id: string; readonly noteId: string };

/** Titles alone: a text may be 50,000 characters. */
export async function listNotes(ctx: Ctx, ref: string): Promise<NoteList> {
  const { id } = await readableIncident(ctx, ref);
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object(${HEAD}) AS note FROM case_note WHERE incident_id = ${id}
    ORDER BY changed_at DESC, id DESC LIMIT ${MAX_NOTES}`);
  return { items: rows.map((row) => Head.parse(row).note) };
}

export async function readNote(ctx: Ctx, { id, noteId }: Place): Promise<CaseNote> {
  const stored = await readableIncident(ctx, id);
  return await noteOf(ctx.state, stored.id, noteId);
}

async function noteOf(db: StateDb, incidentId: string, noteId: string): Promise<CaseNote> {
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object(${HEAD}, 'body', body) AS note FROM case_note
    WHERE incident_id = ${incidentId} AND id = ${noteId}`);
  const [row] = rows;
  if (row === undefined) throw new AppError("not_found", "There is no such note in this incident.");
  return Row.parse(row).note;
}

/** Errors: `not_found`, `over_limit`. */
export async function addNote(ctx: Ctx, input: NoteInput & { readonly id: string }): Promise<CaseNote> {
  const stored = await findWritable(ctx, input.id);
  const at = ctx.now();
  const noteId = newId("note", at.getTime());
  const entry = {
    action: "case.note",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, noteId, title: input.title },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const { rows } = await tx.execute<{ n: string }>(sql`
      SELECT count(*) AS n FROM case_note WHERE incident_id = ${stored.id}`);
    if (Number(rows[0]?.n) >= MAX_NOTES)
      throw new AppError("over_limit", `An incident takes up to ${MAX_NOTES} notes.`);
    await tx.execute(sql`
      INSERT INTO case_note (id, incident_id, title, body, created_at, created_by, changed_at, changed_by)
      VALUES (${noteId}, ${stored.id}, ${input.title}, ${input.body}, ${at.toISOString()}::timestamptz, ${ctx.actor.name},
        ${at.toISOString()}::timestamptz, ${ctx.actor.name})`);
    await keepVersion(tx, noteId);
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "note-added", subject: input.title });
  });
  return await readNote(ctx, { id: stored.id, noteId });
}

/** Errors: `conflict` when somebody saved meanwhile: the facts hold their text, and nothing is overwritten. */
export async function saveNote(ctx: Ctx, input: NoteSave & Place): Promise<CaseNote> {
  const stored = await findWritable(ctx, input.id);
  const { noteId, title, body } = input;
  const entry = {
    action: "case.note",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, noteId, title },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const before = await noteOf(tx, stored.id, noteId);
    if (before.version !== input.version) {
      throw new AppError("conflict", "Somebody saved this note meanwhile.", { current: before });
    }
    await tx.execute(sql`
      UPDATE case_note SET version = version + 1, title = ${title}, body = ${body}, changed_by = ${ctx.actor.name},
        changed_at = ${ctx.now().toISOString()}::timestamptz WHERE id = ${noteId}`);
    await keepVersion(tx, noteId);
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "note-changed", subject: title });
  });
  return await readNote(ctx, { id: stored.id, noteId });
}

/** Every version of a note, the newest first. Errors: `not_found`. */
export async function listVersions(ctx: Ctx, { id, noteId }: Place): Promise<NoteVersions> {
  const { id: known } = await readNote(ctx, { id, noteId });
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object(${VERSION}) AS saved FROM case_note_version WHERE note_id = ${known}
    ORDER BY version DESC LIMIT ${MAX_VERSIONS}`);
  return { items: rows.map((row) => VersionHead.parse(row).saved) };
}

/** One version with its text. Errors: `not_found`. */
export async function readVersion(
  ctx: Ctx,
  { version, ...place }: Place & { readonly version: number },
): Promise<NoteVersion> {
  const { id: known } = await readNote(ctx, place);
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object(${VERSION}, 'body', body) AS saved FROM case_note_version
    WHERE note_id = ${known} AND version = ${version}`);
  const [row] = rows;
  if (row === undefined) throw new AppError("not_found", "There is no such version of this note.");
  return VersionRow.parse(row).saved;
}

async function keepVersion(tx: StateTx, noteId: string): Promise<void> {
  await tx.execute(sql`
    INSERT INTO case_note_version (note_id, version, title, body, at, by)
    SELECT id, version, title, body, changed_at, changed_by FROM case_note WHERE id = ${noteId}`);
}
