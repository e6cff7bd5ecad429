import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import { type Ctx, isInScope, type Permission } from "../../../organization/access/index.ts";
import { inScope } from "../../incident/index.ts";
import { levelOf, Matter } from "../matter.ts";
import { instant, iso, isReadable, MATTER, UNIT_NOW } from "../rows.ts";
import { bothTitles, pathOf } from "../words/words.ts";
import { tellEnd } from "./calls.ts";
import { PAGE_STATES, type Page, type PageList } from "./contract.ts";

const MAX_OPEN = 200;
const MAX_OVER = 50;
const MAX_OTHERS = 50;
const Row = z.object({
  page: z.object({
    id: z.string(),
    unitId: z.string(),
    policy: z.object({ id: z.string(), name: z.string() }),
    joined: z.number(),
    startedAt: z.string(),
    state: z.enum(PAGE_STATES),
    fired: z.number(),
    steps: z.number(),
    repeats: z.number(),
    nextAt: z.string().nullable(),
    answeredBy: z.string().nullable(),
    answeredAt: z.string().nullable(),
    wasCalled: z.boolean(),
  }),
  matter: Matter,
  others: z.array(Matter),
});

/** Whose a call `p` about `m` is: of whoever was called, or holds that permission where it is by now, and may still read what it is about. */
const mayBe = (ctx: Ctx, permission: Permission): SQL => sql`(${isReadable(ctx.units)}
  AND (${inScope(UNIT_NOW, ctx.units(permission))} OR ${ctx.actor.id} = ANY(p.called)))`;

/** Calls of units whose incidents the actor reads, and those that called the actor; none about what the actor may not read. */
export async function listPages(ctx: Ctx): Promise<PageList> {
  const mine = mayBe(ctx, "incident:read");
  const [open, over] = [sql`${mine} AND p.state = 'open'`, sql`${mine} AND p.state <> 'open'`];
  return { open: await pagesWhere(ctx, open, MAX_OPEN), over: await pagesWhere(ctx, over, MAX_OVER) };
}

async function pagesWhere(ctx: Ctx, where: SQL, limit: number): Promise<Page[]> {
  const { rows } = await ctx.state.execute(sql`
    SELECT jsonb_build_object('id', p.id, 'unitId', ${UNIT_NOW}, 'policy', jsonb_build_object('id', p.policy_id, 'name', y.content ->> 'name'),
      'joined', p.joined, 'startedAt', ${iso("p.started_at")}, 'state', p.state, 'fired', p.fired,
      'steps', jsonb_array_length(p.steps), 'repeats', p.repeats, 'nextAt', ${iso("p.next_at")},
      'answeredBy', p.answered_by_name, 'answeredAt', ${iso("p.answered_at")}, 'wasCalled', ${ctx.actor.id} = ANY(p.called)) AS page,
      ${MATTER} AS matter, ${othersOf(ctx)} AS others
    FROM on_call_page p JOIN on_call_policy y ON y.id = p.policy_id JOIN notify_matter m ON m.position = p.matter
    WHERE ${where} ORDER BY p.id DESC LIMIT ${limit}`);
  const writable = ctx.units("incident:write");
  return rows.map((row) => {
    const { page, matter, others } = Row.parse(row);
    const { wasCalled, ...rest } = page;
    return {
      ...rest,
      ...shown(matter),
      matters: others.map((other) => ({ ...shown(other), at: other.at.toISOString() })),
      mayAnswer: page.state === "open" && (wasCalled || isInScope(writable, page.unitId)),
    };
  });
}

const shown = (matter: Matter) => ({
  title: bothTitles(matter),
  severity: levelOf(matter.severity),
  path: pathOf(matter),
});

/** What joined the call `p` and the actor may see, the most severe first. */
const othersOf = (ctx: Ctx): SQL => sql`(SELECT coalesce(jsonb_agg(o.matter ORDER BY o.severity DESC, o.position), '[]')
  FROM (SELECT ${MATTER} AS matter, m.severity, m.position FROM on_call_page_matter j JOIN notify_matter m ON m.position = j.matter
    WHERE j.page_id = p.id AND j.matter <> p.matter AND ${isReadable(ctx.units)}
    ORDER BY m.severity DESC, m.position LIMIT ${MAX_OTHERS}) o)`;

/** Stops a call, and tells the others who were called. Errors: `not_found` for whoever may not read what it is about, or was not called and may not write incidents there; `conflict` when it is over. */
export async function acknowledgePage(ctx: Ctx, id: string): Promise<PageList> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${UNIT_NOW} AS "unitId", ${MATTER} AS matter FROM on_call_page p JOIN notify_matter m ON m.position = p.matter WHERE p.id = ${id}
      AND ${mayBe(ctx, "incident:write")}`);
  if (rows[0] === undefined) throw new AppError("not_found", "There is no such call, or it is not yours to answer.");
  const { unitId, matter: stored } = Stored.parse(rows[0]);
  const matter = { ...stored, unitId };
  const entry = { action: "call.acknowledge", target: { kind: "call", id }, unitId };
  await ctx.change(entry, async (tx) => {
    const done = await tx.execute(sql`
      UPDATE on_call_page SET state = 'acknowledged', next_at = NULL, answered_by_id = ${ctx.actor.id},
        answered_by_name = ${ctx.actor.name}, answered_at = ${instant(ctx.now())}
      WHERE id = ${id} AND state = 'open' RETURNING called, joined`);
    if (done.rows[0] === undefined) throw new AppError("conflict", "This call is over already.");
    const { called, joined } = Answered.parse(done.rows[0]);
    const { id: actorId, name } = ctx.actor;
    const people = called.filter((one) => one !== actorId);
    const end = { pageId: id, kind: "call-answered", matter, joined, people, by: { id: actorId, name } } as const;
    await tellEnd(tx, end, ctx.now());
  });
  return await listPages(ctx);
}

const Stored = z.object({ unitId: z.string(), matter: Matter });
const Answered = z.object({ called: z.array(z.string()), joined: z.number() });
