import { sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../../kernel/ids.ts";
import type { UnitTreeSource } from "../../../organization/access/index.ts";
import type { State, StateTx } from "../../../platform/state/index.ts";
import { textArray } from "../../incident/index.ts";
import { Matter } from "../matter.ts";
import { mayHear, peopleOf, type Standing } from "../recipients.ts";
import { instant, MATTER } from "../rows.ts";
import { standingFor } from "../standing.ts";
import { bothTitles } from "../words/words.ts";
import { PolicyStep } from "./contract.ts";
import { advance } from "./escalation.ts";

/** Begins a call by each policy, or joins the one that is open in the unit. */
export async function callPolicies(
  tx: StateTx,
  matter: Matter,
  policies: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  for (const policyId of policies) {
    await tx.execute(sql`
      INSERT INTO on_call_page (id, policy_id, unit_id, matter, steps, repeats, started_at, next_at)
      SELECT ${newId("call", now.getTime())}, id, ${matter.unitId}, ${matter.position}::bigint, content -> 'steps',
        (content ->> 'repeats')::integer, ${instant(now)}, ${instant(now)}
      FROM on_call_policy WHERE id = ${policyId} AND retired_at IS NULL
      ON CONFLICT (policy_id, unit_id) WHERE state = 'open' DO UPDATE SET joined = on_call_page.joined + 1`);
  }
}

const DueRow = z.object({
  id: z.string(),
  steps: z.array(PolicyStep),
  repeats: z.number(),
  fired: z.number(),
  joined: z.number(),
  matter: Matter,
});
type Due = z.infer<typeof DueRow>;
const BATCH = 100;

/** Fires the steps that are due. State and clock alone decide: a restart changes nothing. Returns how many calls moved on. */
export async function escalateDue(
  { state, tree }: { readonly state: State; readonly tree: UnitTreeSource },
  now: Date,
): Promise<number> {
  const current = await tree.current();
  return await state.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`
      SELECT p.id, p.steps, p.repeats, p.fired, p.joined, ${MATTER} AS matter
      FROM on_call_page p JOIN notify_matter m ON m.position = p.matter
      WHERE p.next_at <= ${instant(now)} ORDER BY p.next_at LIMIT ${BATCH} FOR UPDATE OF p SKIP LOCKED`);
    const due = rows.map((row) => DueRow.parse(row));
    if (due.length === 0) return 0;
    const standing = await standingFor(tx, { tree: current, now, matters: due.map(({ matter }) => matter) });
    for (const page of due) await moveOn(tx, page, standing, now);
    return due.length;
  });
}

async function moveOn(tx: StateTx, page: Due, standing: Standing, now: Date): Promise<void> {
  const { step, nextMs } = advance(page.steps, page.repeats, page.fired, now.getTime());
  const targets = step === undefined ? undefined : page.steps[step]?.targets;
  if (step === undefined || targets === undefined || nextMs === undefined) {
    await tx.execute(sql`UPDATE on_call_page SET state = 'unanswered', next_at = NULL WHERE id = ${page.id}`);
    return;
  }
  const people = targets.flatMap((target) => [...peopleOf(target, page.matter, standing)]);
  const called = [...new Set(people)].filter((id) => mayHear(page.matter, standing, id));
  const channels = targets.flatMap((target) => (target.kind === "channel" ? [target.channelId] : []));
  await call(tx, page, { step, called, channels }, now);
  // A step that reaches nobody is not waited for.
  const next = called.length + channels.length === 0 ? now.getTime() : nextMs;
  await tx.execute(sql`
    UPDATE on_call_page SET fired = fired + 1, next_at = ${instant(next)},
      called = (SELECT coalesce(array_agg(DISTINCT who), '{}') FROM unnest(called || ${textArray(called)}) who)
    WHERE id = ${page.id}`);
}

type Calling = { readonly step: number; readonly called: readonly string[]; readonly channels: readonly string[] };

/** A call is a matter of its own: whoever is named in it gets it in the inbox and by mail, at any hour. */
async function call(tx: StateTx, page: Due, { step, called, channels }: Calling, now: Date): Promise<void> {
  const { matter, joined } = page;
  const facts = { about: bothTitles(matter), joined, step: step + 1, number: matter.facts.number };
  const { rows } = await tx.execute<{ position: string }>(sql`
    INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, facts)
    VALUES (${instant(now)}, 'on-call', ${`call:${page.id}`}, ${`step:${page.fired}`}, ${matter.unitId}, ${matter.severity},
      ${textArray(called)}, ${JSON.stringify(facts)}::jsonb) RETURNING position`);
  const position = rows[0]?.position;
  if (channels.length === 0 || position === undefined) return;
  await tx.execute(sql`
    INSERT INTO notify_owed (matter, to_kind, to_id, via, severity, due_at)
    SELECT ${position}::bigint, 'channel', id, kind, ${matter.severity}, ${instant(now)} FROM notify_channel
    WHERE id = ANY(${textArray(channels)}) AND is_enabled AND retired_at IS NULL ON CONFLICT DO NOTHING`);
}
