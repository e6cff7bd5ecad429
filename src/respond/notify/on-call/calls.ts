import { sql } from "drizzle-orm";
import { z } from "zod";
import type { StateTx } from "../../../platform/state/index.ts";
import { textArray } from "../../incident/index.ts";
import { addMessages } from "../inbox-rows.ts";
import { Matter } from "../matter.ts";
import { mayHear, peopleOf, type Standing } from "../recipients.ts";
import type { RouteDeps } from "../route-deps.ts";
import { IS_CLOSED, instant, MATTER, UNIT_NOW } from "../rows.ts";
import { standingFor } from "../standing.ts";
import { bothTitles } from "../words/words.ts";
import { PolicyStep } from "./contract.ts";
import { advance } from "./escalation.ts";

const DueRow = z.object({
  id: z.string(),
  steps: z.array(PolicyStep),
  repeats: z.number(),
  fired: z.number(),
  calls: z.number(),
  joined: z.number(),
  matter: Matter,
  unitNow: z.string(),
});
type Due = z.infer<typeof DueRow>;
const Missing = z.object({ matter: z.coerce.number(), personId: z.string() });
const BATCH = 100;

/** Fires the steps that are due. State and clock alone decide: a restart changes nothing. Returns how many calls moved on. */
export async function escalateDue({ state, tree, hasMail, warn }: RouteDeps, now: Date): Promise<number> {
  const current = await tree.current();
  return await state.transaction(async (tx) => {
    const ids = await takeOpen(tx);
    if (ids.length === 0) return 0;
    const { rows } = await tx.execute(sql`
      SELECT p.id, p.steps, p.repeats, p.fired, p.calls, p.joined, ${MATTER} AS matter, ${UNIT_NOW} AS "unitNow"
      FROM on_call_page p JOIN notify_matter m ON m.position = p.matter
      WHERE p.next_at <= ${instant(now)} AND p.id = ANY(${textArray(ids)}) ORDER BY p.next_at LIMIT ${BATCH}`);
    const due = rows.map((row) => asOfNow(DueRow.parse(row)));
    if (due.length === 0) return 0;
    const standing = await standingFor(tx, { tree: current, now, matters: due.map(({ matter }) => matter), warn });
    for (const page of due) await moveOn(tx, page, { standing, hasMail, now });
    return due.length;
  });
}

/** A call goes to those who may hear of it where it is by now. */
const asOfNow = (page: Due): Due => ({ ...page, matter: { ...page.matter, unitId: page.unitNow } });

/**
 * Takes the open calls and brings them up to what is closed by now. The statements after the first see what joined a call before it was
 * taken; what is joined at this moment by another server waits for the next round. Returns the ids of those that were taken.
 */
async function takeOpen(tx: StateTx): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT id FROM on_call_page WHERE state = 'open' ORDER BY id FOR UPDATE SKIP LOCKED`);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await endClosed(tx, ids);
  await leaveClosed(tx, ids);
  return ids;
}

/** Nobody is called for what was closed: a call goes on while any of its matters is open. */
async function endClosed(tx: StateTx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`
    UPDATE on_call_page p SET state = 'resolved', next_at = NULL WHERE p.id = ANY(${textArray(ids)}) AND NOT EXISTS (
      SELECT FROM on_call_page_matter j JOIN notify_matter m ON m.position = j.matter WHERE j.page_id = p.id AND NOT ${IS_CLOSED})`);
}

/** A call is about the gravest of what is open, once what it was about is closed, and counts no other that is closed. */
async function leaveClosed(tx: StateTx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`
    WITH left_open AS (
      SELECT j.page_id, m.position, row_number() OVER (PARTITION BY j.page_id ORDER BY j.matter = p.matter DESC, m.severity DESC, m.position) AS nth,
        count(*) OVER (PARTITION BY j.page_id) AS n
      FROM on_call_page p JOIN on_call_page_matter j ON j.page_id = p.id JOIN notify_matter m ON m.position = j.matter
      WHERE p.id = ANY(${textArray(ids)}) AND p.state = 'open' AND NOT ${IS_CLOSED})
    UPDATE on_call_page p SET matter = o.position, joined = o.n - 1 FROM left_open o
    WHERE o.page_id = p.id AND o.nth = 1 AND (p.matter, p.joined) IS DISTINCT FROM (o.position, o.n - 1)`);
}

type Moving = { readonly standing: Standing; readonly hasMail: boolean; readonly now: Date };

async function moveOn(tx: StateTx, page: Due, moving: Moving): Promise<void> {
  const { standing, now } = moving;
  const { step, nextMs } = advance(page.steps, page.repeats, page.fired, now.getTime());
  const targets = step === undefined ? undefined : page.steps[step]?.targets;
  if (step === undefined || targets === undefined || nextMs === undefined) return await endUnanswered(tx, page, moving);
  const people = targets.flatMap((target) => [...peopleOf(target, page.matter, standing)]);
  const called = [...new Set(people)].filter((id) => mayHear(page.matter, standing, id));
  const channels = targets.flatMap((target) => (target.kind === "channel" ? [target.channelId] : []));
  const reached = await call(tx, page, { step, called, channels }, moving);
  // A step that reaches nobody is not waited for.
  const next = called.length + reached === 0 ? now.getTime() : nextMs;
  await tx.execute(sql`
    UPDATE on_call_page SET fired = fired + 1, calls = calls + 1, next_at = ${instant(next)},
      called = (SELECT coalesce(array_agg(DISTINCT who), '{}') FROM unnest(called || ${textArray(called)}) who)
    WHERE id = ${page.id}`);
}

type Calling = { readonly step: number; readonly called: readonly string[]; readonly channels: readonly string[] };

/** A call is a matter of its own: whoever is named in it gets it in the inbox and by mail, at any hour. Returns how many channels it goes to. */
async function call(
  tx: StateTx,
  page: Due,
  { step, called, channels }: Calling,
  { hasMail, now }: Moving,
): Promise<number> {
  const { matter, joined } = page;
  const facts = { ...factsOf(matter, joined), step: step + 1 };
  const { rows } = await tx.execute<{ position: string }>(sql`
    INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, facts)
    VALUES (${instant(now)}, 'on-call', ${`call:${page.id}`}, ${`step:${page.calls}`}, ${matter.unitId}, ${matter.severity},
      ${textArray(called)}, ${JSON.stringify(facts)}::jsonb) RETURNING position`);
  const position = rows[0]?.position;
  await tellOnce(tx, page, called, now);
  if (channels.length === 0 || position === undefined) return 0;
  const owed = await tx.execute(sql`
    INSERT INTO notify_owed (matter, to_kind, to_id, via, severity, due_at, is_call)
    SELECT ${position}::bigint, 'channel', id, kind, ${matter.severity}, ${instant(now)}, true FROM notify_channel
    WHERE id = ANY(${textArray(channels)}) AND is_enabled AND retired_at IS NULL AND (${hasMail} OR kind <> 'email')
    ON CONFLICT DO NOTHING RETURNING to_id`);
  return owed.rows.length;
}

/**
 * Whoever is called about an incident is not also told, in the same breath, that it was opened; what joined the call stands in the
 * inbox of everybody whom it calls.
 */
async function tellOnce(tx: StateTx, { id, matter }: Due, called: readonly string[], now: Date): Promise<void> {
  const people = textArray(called);
  const same = sql`SELECT position FROM notify_matter WHERE position = ${matter.position}
    AND kind IN ('incident-opened', 'incident-raised') AND routed_at = ${instant(now)}`;
  await tx.execute(sql`
    DELETE FROM notify_owed WHERE to_kind = 'person' AND to_id = ANY(${people}) AND send_id IS NULL AND matter IN (${same})`);
  await tx.execute(sql`
    DELETE FROM notify_message WHERE person_id = ANY(${people}) AND read_at IS NULL AND matter IN (${same})`);
  const { rows } = await tx.execute(sql`
    SELECT j.matter, who.id AS "personId" FROM on_call_page_matter j CROSS JOIN unnest(${people}) who(id)
    WHERE j.page_id = ${id} AND j.matter <> ${matter.position}
      AND NOT EXISTS (SELECT FROM notify_message n WHERE n.person_id = who.id AND n.matter = j.matter)`);
  await addMessages(
    tx,
    rows.map((row) => Missing.parse(row)),
    now,
  );
}

async function endUnanswered(tx: StateTx, page: Due, { standing, now }: Moving): Promise<void> {
  const { id, matter, joined } = page;
  await tx.execute(sql`UPDATE on_call_page SET state = 'unanswered', next_at = NULL WHERE id = ${id}`);
  const people = peopleOf({ kind: "role", role: "system-administrator" }, matter, standing);
  await tellEnd(tx, { pageId: id, kind: "call-unanswered", matter, joined, people, by: null }, now);
}

/** `matter` is what decides, when the text is read, who may: the call itself may be about something else by then. */
const factsOf = (matter: Matter, joined: number) => ({
  about: bothTitles(matter),
  joined,
  number: matter.facts.number,
  matter: matter.position,
});

type End = {
  readonly pageId: string;
  readonly kind: "call-answered" | "call-unanswered";
  readonly matter: Matter;
  readonly joined: number;
  readonly people: readonly string[];
  readonly by: { readonly id: string; readonly name: string } | null;
};

/** What became of a call, for those whom that concerns. */
export async function tellEnd(tx: StateTx, end: End, now: Date): Promise<void> {
  const { pageId, kind, matter, joined, people, by } = end;
  if (people.length === 0) return;
  const facts = { ...factsOf(matter, joined), actor: by?.name };
  await tx.execute(sql`
    INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, actor_id, facts)
    VALUES (${instant(now)}, ${kind}, ${`call:${pageId}`}, ${kind}, ${matter.unitId}, ${matter.severity}, ${textArray(people)},
      ${by?.id ?? null}, ${JSON.stringify(facts)}::jsonb) ON CONFLICT DO NOTHING`);
}
