import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addIncidentNote } from "../incident/conduct.ts";
import { openRespondHouse, type RespondHouse } from "../testing.ts";
import { FeedQuery, MessageInput } from "./contract.ts";
import { postMessage, readWarRoom } from "./service.ts";

let house: RespondHouse;
beforeAll(async () => {
  house = await openRespondHouse();
});
afterAll(() => house?.close());

const post = async (id: string, minutes: number, text: string, key = `key-${minutes}-000`) =>
  postMessage(await house.at(minutes), { id, ...MessageInput.parse({ key, text }) });
const read = async (id: string, query: Record<string, unknown> = {}) =>
  readWarRoom(await house.at(60), { id, ...FeedQuery.parse(query) });

describe("The war room", () => {
  it("tells what was said and done, newest first, page by page without loss or repetition", async () => {
    const { id } = await house.incident();
    for (const minutes of [2, 3, 4]) await post(id, minutes, `発言 ${minutes}`);
    await addIncidentNote(await house.at(5), { id, text: "メモ" });
    const whole = (await read(id)).items;
    expect(whole.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "note メモ",
      "message 発言 4",
      "message 発言 3",
      "message 発言 2",
      "opened ",
    ]);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(id, { limit: 2, ...(cursor && { cursor }) });
      paged.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(paged).toEqual(whole.map((item) => item.id));
  });

  it("shows a message once that was sent twice, as after a lost answer", async () => {
    const { id } = await house.incident();
    const first = await post(id, 2, "一度だけ");
    expect(await post(id, 3, "一度だけ", "key-2-000")).toEqual(first);
    expect((await read(id)).items.filter(({ kind }) => kind === "message")).toHaveLength(1);
  });

  it("counts alerts and names none, and leaves out kinds of history that nobody judged yet", async () => {
    const { id } = await house.incident();
    await house.state.db.execute(sql`ALTER TABLE incident_entry DROP CONSTRAINT incident_entry_kind_check`);
    await house.state.db.execute(sql`
      INSERT INTO incident_entry (id, incident_id, at, actor_kind, actor_id, actor_name, kind, note)
      VALUES ('entry_secret', ${id}, now(), 'person', 'p', 'p', 'linked', 'reason of a foreign unit')`);
    const { items } = await read(id);
    expect(items).toMatchObject([{ kind: "opened", alerts: 1 }]);
    expect(JSON.stringify(items)).not.toMatch(/foreign|host-\d/);
  });

  it("is closed to other units, and refuses a cursor that is none", async () => {
    const { id } = await house.incident("unit_kyoto");
    const osaka = await house.at(60, { units: ["unit_osaka"] });
    await expect(readWarRoom(osaka, { id, ...FeedQuery.parse({}) })).rejects.toMatchObject({ code: "not_found" });
    await expect(read(id, { cursor: "bm8" })).rejects.toMatchObject({ code: "invalid" });
  });
});
