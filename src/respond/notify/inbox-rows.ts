import { sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { instant } from "./rows.ts";

type ForInbox = { readonly matter: number; readonly personId: string };

/** Puts matters into inboxes; what is there already stays as it is. */
export async function addMessages(tx: StateTx, messages: readonly ForInbox[], now: Date): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map(({ matter, personId }) => ({
    id: newId("message", now.getTime()),
    person_id: personId,
    matter,
  }));
  await tx.execute(sql`
    INSERT INTO notify_message (id, person_id, matter, at)
    SELECT id, person_id, matter, ${instant(now)} FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS x(id text, person_id text, matter bigint) ON CONFLICT DO NOTHING`);
}
