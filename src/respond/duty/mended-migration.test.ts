import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeclarationInput } from "../crisis/contract.ts";
import { declarePhase } from "../crisis/declare.ts";
import { readCrisis } from "../crisis/service.ts";
import { minute, openRespondHouse, type RespondHouse } from "../testing.ts";

const MIGRATION = new URL("../../platform/state/migrations/0055_case_mended.sql", import.meta.url);

let house: RespondHouse;
let script: string;
beforeAll(async () => {
  house = await openRespondHouse();
  script = await readFile(MIGRATION, "utf8");
});
afterAll(() => house?.close());

/** The statement of the migration that begins so, on what is stored now. */
async function again(beginning: string): Promise<void> {
  const from = script.indexOf(beginning);
  await house.state.db.execute(sql.raw(script.slice(from, script.indexOf(";", from))));
}
const claims = async (): Promise<Record<string, boolean>> => {
  const { rows } = await house.state.db.execute<{ id: string; claimed: boolean }>(
    sql`SELECT id, claimed_at IS NOT NULL AS claimed FROM incident`,
  );
  return Object.fromEntries(rows.map(({ id, claimed }) => [id, claimed]));
};

describe("What an earlier version had stored", () => {
  it("is claimed by whatever a person did, and by nothing that the program did or that lists a shift", async () => {
    const worked = await house.incident();
    const listed = await house.incident();
    const filed = await house.incident();
    const at = new Date().toISOString();
    const feed = (id: string, kind: string) =>
      house.state.db.execute(sql`
        INSERT INTO case_feed (id, incident_id, kind, at, actor_kind, actor_id, actor_name, subject, text)
        VALUES (${`feed_${id}`}, ${id}, ${kind}, ${at}::timestamptz, 'person', 'p', 'p', '', '')`);
    await feed(worked.id, "message");
    await feed(listed.id, "shift-handed-over");
    await house.state.db.execute(sql`
      INSERT INTO duty_event (incident_id, seq, at, actor_id, actor_name, kind, body)
      VALUES (${filed.id}, 1, ${at}::timestamptz, 'p', 'p', 'facts', '{"answers":{},"pending":false}')`);
    // As if all three had formed by themselves.
    await house.state.db.execute(sql`UPDATE incident_entry SET actor_kind = 'system'`);
    await house.state.db.execute(sql`UPDATE incident SET claimed_at = NULL`);
    await again("UPDATE incident i SET claimed_at");
    expect(await claims()).toEqual({ [worked.id]: true, [listed.id]: false, [filed.id]: true });
  });

  it("keeps the first detection, also where a return had voided it", async () => {
    const { id } = await house.incident();
    const ctx = await house.at(60);
    const said = [
      ["sign", "declared", 1],
      ["anomaly", "declared", 2],
      ["anomaly", "corrected", 3],
      ["sign", "returned", 4],
      ["anomaly", "declared", 9],
    ] as const;
    for (const [after, [phase, kind, minutes]] of said.entries())
      await declarePhase(ctx, {
        id,
        ...DeclarationInput.parse({ phase, kind, at: minute(minutes), note: "x", after }),
      });
    await house.state.db.execute(
      sql`UPDATE crisis_state SET detected_at = ${minute(9)}::timestamptz WHERE incident_id = ${id}`,
    );
    await again("WITH first_word AS");
    const { rows } = await house.state.db.execute<{ ms: string }>(
      sql`SELECT (extract(epoch FROM detected_at) * 1000)::bigint::text AS ms FROM crisis_state WHERE incident_id = ${id}`,
    );
    expect(new Date(Number(rows[0]?.ms)).toISOString()).toBe(minute(3));
    expect((await readCrisis(ctx, id)).durations.detect).toBe(3 * 60_000);
  });
});
