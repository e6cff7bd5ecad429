import type { Readable } from "node:stream";
import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { findWritable, type IncidentDeps, resolveOwner, touch } from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
import { readable } from "./case.ts";
import {
  type CustodyInput,
  type Evidence,
  type EvidenceDelete,
  type EvidenceList,
  type EvidenceUpload,
  MAX_EVIDENCE,
} from "./contract.ts";
import {
  addCustody,
  deleted,
  evidenceOf,
  holdEvidence,
  lastNumber,
  oneEvidence,
  unchangedEvidence,
} from "./custody.ts";
import type { EvidenceFiles, Received } from "./evidence-files.ts";

export type CaseDeps = IncidentDeps & { readonly files: EvidenceFiles };
type Place = { readonly id: string; readonly evidenceId: string };

export async function listEvidence(ctx: Ctx, ref: string): Promise<EvidenceList> {
  const { id } = await readable(ctx, ref);
  return { items: await evidenceOf(ctx.state, { incidentId: id }) };
}

type Upload = EvidenceUpload & { readonly id: string; readonly read: () => AsyncIterable<Buffer> };

/**
 * Takes a file in: hashed while it arrives, on the disk before its row is written. The same key again answers the file that
 * arrived the first time. Errors: `conflict` when that one had another size; `invalid` when bytes are missing; `over_limit`.
 */
export async function uploadEvidence(ctx: Ctx, input: Upload, { files }: CaseDeps): Promise<Evidence> {
  const stored = await findWritable(ctx, input.id);
  const known = await byKey(ctx.state, stored.id, input);
  if (known !== undefined) return await oneEvidence(ctx.state, { incidentId: stored.id, evidenceId: known });
  const received = await files.receive(input.read(), input.bytes);
  try {
    if (received.bytes !== input.bytes) {
      throw new AppError("invalid", `${received.bytes} bytes arrived of ${input.bytes}. Send the file again.`);
    }
    const evidenceId = await register(ctx, { stored, input, received }, files);
    return await oneEvidence(ctx.state, { incidentId: stored.id, evidenceId });
  } finally {
    // Gone already when it was kept.
    await files.drop(received);
  }
}

async function byKey(db: StateDb, incidentId: string, input: EvidenceUpload): Promise<string | undefined> {
  const { rows } = await db.execute<{ id: string; bytes: string }>(sql`
    SELECT id, bytes FROM case_evidence WHERE incident_id = ${incidentId} AND upload_key = ${input.key}`);
  const [row] = rows;
  if (row && Number(row.bytes) !== input.bytes) {
    throw new AppError("conflict", "Another file was sent under this key.");
  }
  return row?.id;
}

type Registering = {
  readonly stored: Awaited<ReturnType<typeof findWritable>>;
  readonly input: EvidenceUpload;
  readonly received: Received;
};

async function register(ctx: Ctx, { stored, input, received }: Registering, files: EvidenceFiles): Promise<string> {
  const at = ctx.now();
  const id = newId("evidence", at.getTime());
  const { bytes, sha256 } = received;
  const entry = {
    action: "case.evidence",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, evidenceId: id, name: input.name, bytes, sha256 },
  };
  return await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    const known = await byKey(tx, stored.id, input);
    if (known !== undefined) return known;
    if ((await evidenceOf(tx, { incidentId: stored.id })).length >= MAX_EVIDENCE) {
      throw new AppError("over_limit", `An incident takes up to ${MAX_EVIDENCE} files.`);
    }
    await tx.execute(sql`
      INSERT INTO case_evidence (id, incident_id, upload_key, name, note, bytes, sha256, received_at)
      VALUES (${id}, ${stored.id}, ${input.key}, ${input.name}, ${input.note}, ${bytes}, ${sha256}, ${at.toISOString()}::timestamptz)`);
    const holder = { id: ctx.actor.id, name: ctx.actor.name };
    await addCustody(tx, ctx, { evidenceId: id, number: 1, kind: "received", holder, reason: input.note, sha256 });
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "evidence-received", subject: input.name, text: sha256 });
    // Last: a file without a row is swept at the next start, a row without a file would be a lie.
    await files.keep(received, id);
    return id;
  });
}

/** Gives it to another person. The stored bytes are hashed anew: the chain says what was handed over. */
export async function handOverEvidence(ctx: Ctx, input: CustodyInput & Place, deps: CaseDeps): Promise<Evidence> {
  const stored = await findWritable(ctx, input.id);
  const which = { incidentId: stored.id, evidenceId: input.evidenceId };
  const holder = await resolveOwner(ctx, input.toId, deps);
  if (!holder) throw new AppError("invalid", "Say who takes it.");
  await unchangedEvidence(ctx.state, { ...which, after: input.after });
  const sha256 = await deps.files.hash(input.evidenceId);
  const entry = {
    action: "case.custody",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, evidenceId: input.evidenceId, to: holder.id, sha256 },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    await holdEvidence(tx, input.evidenceId);
    const { name } = await unchangedEvidence(tx, { ...which, after: input.after });
    const { evidenceId, reason } = input;
    await addCustody(tx, ctx, { evidenceId, number: input.after + 1, kind: "handed-over", holder, reason, sha256 });
    const text = `${holder.name}: ${reason}`;
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "evidence-handed-over", subject: name, text });
  });
  return await oneEvidence(ctx.state, which);
}

/** Deletes the bytes; row, hash and chain stay. */
export async function deleteEvidence(ctx: Ctx, input: EvidenceDelete & Place, { files }: CaseDeps): Promise<Evidence> {
  const stored = await findWritable(ctx, input.id);
  const which = { incidentId: stored.id, evidenceId: input.evidenceId };
  const entry = {
    action: "case.evidence-delete",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, evidenceId: input.evidenceId },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    await holdEvidence(tx, input.evidenceId);
    const { name, holder, sha256 } = await unchangedEvidence(tx, { ...which, after: input.after });
    const { evidenceId, reason } = input;
    await addCustody(tx, ctx, { evidenceId, number: input.after + 1, kind: "deleted", holder, reason, sha256 });
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "evidence-deleted", subject: name, text: reason });
  });
  // After the record: what is left by a crash between the two is swept at the next start.
  await files.remove(input.evidenceId);
  return await oneEvidence(ctx.state, which);
}

/** The bytes for whoever may read the incident. That they were taken, and what they hashed to, goes into the chain first. */
export async function takeEvidence(
  ctx: Ctx,
  input: Place,
  { files }: CaseDeps,
): Promise<{ readonly name: string; readonly bytes: number; readonly stream: Readable }> {
  const stored = await readable(ctx, input.id);
  const which = { incidentId: stored.id, evidenceId: input.evidenceId };
  if ((await oneEvidence(ctx.state, which)).isDeleted) throw deleted();
  const sha256 = await files.hash(input.evidenceId);
  const entry = {
    action: "case.evidence-take",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, evidenceId: input.evidenceId, sha256 },
  };
  const { name, bytes } = await ctx.change(entry, async (tx) => {
    await holdEvidence(tx, input.evidenceId);
    const evidence = await oneEvidence(tx, which);
    if (evidence.isDeleted) throw deleted();
    const number = lastNumber(evidence) + 1;
    const { holder } = evidence;
    await addCustody(tx, ctx, { evidenceId: evidence.id, number, kind: "downloaded", holder, reason: "", sha256 });
    return evidence;
  });
  return { name, bytes, stream: files.read(input.evidenceId) };
}

/** Of these ids, those whose bytes should be on the disk. */
export async function keptEvidence(db: StateDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.execute<{ id: string }>(sql`
    SELECT e.id FROM case_evidence e WHERE e.id = ANY(${sql.param([...ids])}::text[])
      AND NOT EXISTS (SELECT FROM case_custody d WHERE d.evidence_id = e.id AND d.kind = 'deleted')`);
  return new Set(rows.map(({ id }) => id));
}
