import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { PersonRef } from "../../monitor/alert/contract.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb, StateTx } from "../../platform/state/index.ts";
import { iso } from "../incident/index.ts";
import { type CustodyEntry, Evidence, MAX_EVIDENCE } from "./contract.ts";

/** Entries of a chain besides the first: of one piece, and of each piece in a list, which is read every minute. */
const SHOWN = 200;
const SHOWN_IN_LIST = 3;
const Row = z.object({ evidence: Evidence });

type Which = { readonly incidentId: string; readonly evidenceId?: string };

const isGone = sql.raw(`EXISTS (SELECT FROM case_custody d WHERE d.evidence_id = e.id AND d.kind = 'deleted')`);

/** Pieces whose bytes are kept. */
export async function countEvidence(db: StateDb, incidentId: string): Promise<number> {
  const { rows } = await db.execute<{ n: string }>(sql`
    SELECT count(*) AS n FROM case_evidence e WHERE e.incident_id = ${incidentId} AND NOT ${isGone}`);
  return Number(rows[0]?.n);
}

/** The evidence of an incident with its chain, newest evidence first, what was deleted last. */
export async function evidenceOf(db: StateDb, { incidentId, evidenceId }: Which): Promise<Evidence[]> {
  const only = evidenceId === undefined ? sql`true` : sql`e.id = ${evidenceId}`;
  const { rows } = await db.execute(sql`
    SELECT jsonb_build_object('id', e.id, 'name', e.name, 'note', e.note, 'bytes', e.bytes, 'sha256', e.sha256,
      'receivedAt', ${iso("e.received_at")}, 'isDeleted', ${isGone},
      'holder', (SELECT jsonb_build_object('id', c.holder_id, 'name', c.holder_name) FROM case_custody c
        WHERE c.evidence_id = e.id ORDER BY c.number DESC LIMIT 1),
      'custodyCount', (SELECT count(*) FROM case_custody c WHERE c.evidence_id = e.id),
      'custody', (SELECT jsonb_agg(jsonb_build_object('number', c.number, 'kind', c.kind, 'at', ${iso("c.at")},
          'actor', jsonb_build_object('kind', c.actor_kind, 'id', c.actor_id, 'name', c.actor_name),
          'holder', jsonb_build_object('id', c.holder_id, 'name', c.holder_name),
          'reason', c.reason, 'sha256', c.sha256) ORDER BY c.number)
        FROM case_custody c WHERE c.evidence_id = e.id AND (c.number = 1 OR c.number >
          (SELECT max(number) - ${evidenceId === undefined ? SHOWN_IN_LIST : SHOWN}::integer FROM case_custody m WHERE m.evidence_id = e.id)))) AS evidence
    FROM case_evidence e WHERE e.incident_id = ${incidentId} AND ${only}
    ORDER BY ${isGone}, e.received_at DESC, e.id DESC LIMIT ${2 * MAX_EVIDENCE}`);
  return rows.map((row) => Row.parse(row).evidence);
}

/** Errors: `not_found`. */
export async function oneEvidence(db: StateDb, which: Required<Which>): Promise<Evidence> {
  const [found] = await evidenceOf(db, which);
  if (!found) throw new AppError("not_found", "There is no such evidence in this incident.");
  return found;
}

/** The piece as the person saw it. Errors: `conflict` when it changed hands meanwhile, or is deleted. */
export async function unchangedEvidence(
  db: StateDb,
  which: Required<Which> & { readonly after: number },
): Promise<Evidence> {
  const evidence = await oneEvidence(db, which);
  if (evidence.isDeleted) throw deleted();
  if (lastNumber(evidence) !== which.after) {
    throw new AppError("conflict", "The chain of custody grew meanwhile. Look at it, then repeat.", {
      current: evidence.custody.at(-1) ?? null,
    });
  }
  return evidence;
}

/** Holds the piece until the transaction ends, so that its chain has one order. */
export async function holdEvidence(tx: StateTx, evidenceId: string): Promise<void> {
  await tx.execute(sql`SELECT id FROM case_evidence WHERE id = ${evidenceId} FOR UPDATE`);
}

export const deleted = (): AppError => new AppError("conflict", "This evidence was deleted; its record stays.");
export const lastNumber = ({ custody }: Pick<Evidence, "custody">): number => custody.at(-1)?.number ?? 0;

type NewEntry = Pick<CustodyEntry, "kind" | "reason" | "sha256"> & {
  readonly evidenceId: string;
  readonly number: number;
  readonly holder: PersonRef;
};

/** Adds to the chain; nothing in it is ever changed. */
export async function addCustody(tx: StateTx, ctx: Ctx, entry: NewEntry): Promise<void> {
  const { kind, id, name } = ctx.actor;
  await tx.execute(sql`
    INSERT INTO case_custody
      (evidence_id, number, kind, at, actor_kind, actor_id, actor_name, holder_id, holder_name, reason, sha256)
    VALUES (${entry.evidenceId}, ${entry.number}, ${entry.kind}, ${ctx.now().toISOString()}::timestamptz, ${kind}, ${id},
      ${name}, ${entry.holder.id}, ${entry.holder.name}, ${entry.reason}, ${entry.sha256})`);
}
