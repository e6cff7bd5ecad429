import { sql } from "drizzle-orm";
import { z } from "zod";
import { newId } from "../../../kernel/ids.ts";
import type { StateTx } from "../../../platform/state/index.ts";
import { addMessages } from "../inbox-rows.ts";
import type { Matter } from "../matter.ts";
import { mayHear, type Standing } from "../recipients.ts";
import { instant } from "../rows.ts";

const Open = z.object({ id: z.string(), called: z.array(z.string()), severity: z.number() });

/** Begins a call by each policy, or joins the one that is open in the unit. */
export async function callPolicies(
  tx: StateTx,
  matter: Matter,
  policies: ReadonlySet<string>,
  { standing, now }: { readonly standing: Standing; readonly now: Date },
): Promise<void> {
  for (const policyId of policies) {
    const begun = newId("call", now.getTime());
    // The update changes nothing: it takes the row, so that nobody ends the call while this joins it.
    const { rows } = await tx.execute(sql`
      INSERT INTO on_call_page (id, policy_id, unit_id, matter, steps, repeats, started_at, next_at)
      SELECT ${begun}, id, ${matter.unitId}, ${matter.position}::bigint, content -> 'steps',
        (content ->> 'repeats')::integer, ${instant(now)}, ${instant(now)}
      FROM on_call_policy WHERE id = ${policyId} AND retired_at IS NULL
      ON CONFLICT (policy_id, unit_id) WHERE state = 'open' DO UPDATE SET joined = on_call_page.joined
      RETURNING id, called, (SELECT severity FROM notify_matter WHERE position = on_call_page.matter) AS severity`);
    if (rows[0] === undefined) continue;
    const page = Open.parse(rows[0]);
    const added = await tx.execute(sql`
      INSERT INTO on_call_page_matter (page_id, matter, joined_at)
      VALUES (${page.id}, ${matter.position}, ${instant(now)}) ON CONFLICT DO NOTHING RETURNING matter`);
    if (page.id === begun || added.rows.length === 0) continue;
    await join(tx, page.id, { matter, isWorse: matter.severity > page.severity }, now);
    const people = page.called.filter((id) => id !== matter.actorId && mayHear(matter, standing, id));
    await addMessages(
      tx,
      people.map((personId) => ({ matter: matter.position, personId })),
      now,
    );
  }
}

type Joining = { readonly matter: Matter; readonly isWorse: boolean };

/** What is more severe than all before it becomes what the call is about, and the step that waits for an answer is called again. */
async function join(tx: StateTx, pageId: string, { matter, isWorse }: Joining, now: Date): Promise<void> {
  const worse = sql`, matter = ${matter.position}::bigint, fired = greatest(fired - 1, 0), next_at = ${instant(now)}`;
  await tx.execute(sql`
    UPDATE on_call_page SET joined = joined + 1${isWorse ? worse : sql``} WHERE id = ${pageId} AND state = 'open'`);
}
