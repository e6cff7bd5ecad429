import type { Readable } from "node:stream";
import { sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import {
  findWritable,
  type IncidentDeps,
  readableIncident,
  requirePerson,
  resolveOwner,
  touch,
} from "../incident/index.ts";
import { tellWarRoom } from "../warroom/index.ts";
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
  countEvidence,
  deleted,
  evidenceOf,
  holdEvidence,
  lastNumber,
  oneEvidence,
  unchangedEvidence,
} from "./custody.ts";
import type { EvidenceFiles, Received } from "./evidence-files.ts";
import type { Fates } from "./evidence-sweep.ts";

export type CaseDeps = IncidentDeps & { readonly files: EvidenceFiles };
type Place = { readonly id: string; readonly evidenceId: string };

export async function listEvidence(ctx: Ctx, ref: string): Promise<EvidenceList> {
  const { id } = await readableIncident(ctx, ref);
  return { items: await evidenceOf(ctx.state, { incidentId: id }) };
}

/** One piece with its chain. Errors: `not_found`. */
export async function readEvidence(ctx: Ctx, { id, evidenceId }: Place): Promise<Evidence> {
  const stored = await readableIncident(ctx, id);
  return await oneEvidence(ctx.state, { incidentId: stored.id, evidenceId });
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
  await refuseTooMany(ctx.state, stored.id);
  const received = await files.receive(input.read(), input.bytes);
  try {
    if (received.bytes !== input.bytes) {
      throw new AppError("invalid", `Bytes that arrived: ${received.bytes} of ${input.bytes}. Send the file again.`);
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

async function refuseTooMany(db: StateDb, incidentId: string): Promise<void> {
  if ((await countEvidence(db, incidentId)) >= MAX_EVIDENCE) {
    throw new AppError("over_limit", `An incident takes up to ${MAX_EVIDENCE} files.`);
  }
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
    await refuseTooMany(tx, stored.id);
    await tx.execute(sql`
      INSERT INTO case_evidence (id, incident_id, upload_key, name, note, bytes, sha256, received_at)
      VALUES (${id}, ${stored.id}, ${input.key}, ${input.name}, ${input.note}, ${bytes}, ${sha256}, ${at.toISOString()}::timestamptz)`);
    const holder = { id: ctx.actor.id, name: ctx.actor.name };
    await addCustody(tx, ctx, { evidenceId: id, number: 1, kind: "received", holder, reason: input.note, sha256 });
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "evidence-received", subject: input.name, text: sha256 });
    // Last: a file without a row is set aside at the next start, a row without a file would be a lie.
    await files.keep(received, id);
    return id;
  });
}

/**
 * Gives it to another person, or takes it over from whoever has it. The stored bytes are hashed anew: the chain says what was
 * handed over. Errors: `conflict` from who neither has nor takes it; `invalid` for a token, and for who may not work here.
 */
export async function handOverEvidence(ctx: Ctx, input: CustodyInput & Place, deps: CaseDeps): Promise<Evidence> {
  const stored = await findWritable(ctx, input.id);
  requirePerson(ctx);
  const which = { incidentId: stored.id, evidenceId: input.evidenceId };
  const holder = await resolveOwner(ctx, input.toId, deps, stored.unitId);
  if (!holder) throw new AppError("invalid", "Say who takes it.");
  const seen = await unchangedEvidence(ctx.state, { ...which, after: input.after });
  if (seen.holder.id === holder.id) throw new AppError("conflict", `${holder.name} has it already.`);
  if (![seen.holder.id, holder.id].includes(ctx.actor.id)) {
    throw new AppError("conflict", `${seen.holder.name} has it and hands it over. Or take it over yourself first.`);
  }
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

/**
 * Deletes the bytes for good; row, hash and chain stay. Errors: `conflict` while the incident is not closed, and from who does
 * not have it; `invalid` for a token.
 */
export async function deleteEvidence(ctx: Ctx, input: EvidenceDelete & Place, { files }: CaseDeps): Promise<Evidence> {
  const stored = await findWritable(ctx, input.id);
  requirePerson(ctx);
  const which = { incidentId: stored.id, evidenceId: input.evidenceId };
  const entry = {
    action: "case.evidence-delete",
    target: { kind: "incident", id: stored.id },
    unitId: stored.unitId,
    detail: { number: stored.number, evidenceId: input.evidenceId },
  };
  await ctx.change(entry, async (tx) => {
    await touch(tx, ctx, stored.id);
    await refuseOpen(tx, stored.id);
    await holdEvidence(tx, input.evidenceId);
    const { name, holder, sha256 } = await unchangedEvidence(tx, { ...which, after: input.after });
    if (holder.id !== ctx.actor.id) {
      throw new AppError("conflict", `${holder.name} has it. Who has it deletes it: take it over first.`);
    }
    const { evidenceId, reason } = input;
    await addCustody(tx, ctx, { evidenceId, number: input.after + 1, kind: "deleted", holder, reason, sha256 });
    await tellWarRoom(tx, ctx, { incidentId: stored.id, kind: "evidence-deleted", subject: name, text: reason });
  });
  // After the record: what is left by a crash between the two is swept at the next start.
  await files.remove(input.evidenceId);
  return await oneEvidence(ctx.state, which);
}

/** While an incident is worked on nothing of it is destroyed. */
async function refuseOpen(db: StateDb, incidentId: string): Promise<void> {
  const { rows } = await db.execute<{ status: string }>(sql`SELECT status FROM incident WHERE id = ${incidentId}`);
  if (rows[0]?.status !== "closed") {
    throw new AppError("conflict", "Evidence is deleted once its incident is closed.");
  }
}

/** The bytes for whoever may read the incident. That they were taken, and what they hashed to, goes into the chain first. */
export async function takeEvidence(
  ctx: Ctx,
  input: Place,
  { files }: CaseDeps,
): Promise<{ readonly name: string; readonly bytes: number; readonly stream: Readable }> {
  const stored = await readableIncident(ctx, input.id);
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

/** Of these ids, those that are evidence, and whether its bytes should be on the disk. */
export async function fatesOfEvidence(db: StateDb, ids: readonly string[]): Promise<Fates> {
  const { rows } = await db.execute<{ id: string; gone: boolean }>(sql`
    SELECT e.id, EXISTS (SELECT FROM case_custody d WHERE d.evidence_id = e.id AND d.kind = 'deleted') AS gone
    FROM case_evidence e WHERE e.id = ANY(${sql.param([...ids])}::text[])`);
  return new Map(rows.map(({ id, gone }) => [id, gone ? "deleted" : "kept"]));
}
