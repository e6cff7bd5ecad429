import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { compileHunt, type Hunt, tableOf } from "../detect/index.ts";
import { type Fields, windowsLogSource } from "../event/index.ts";
import { storeEvents } from "./testing/two-engines.ts";

const CHANNEL = "Microsoft-Windows-Sysmon/Operational";
const EVENTS = 2_000;
/** Less than a tenth of what a query may use; events of 2 kB each. */
const MOST_BYTES = 150_000_000;

let db: EventsDb;
beforeAll(async () => {
  db = await openTestEvents();
  const fields: Fields = { Channel: CHANNEL, EventID: 7, DestinationIp: "10.1.2.3" };
  for (let n = 0; n < 30; n++) fields[`Field${n}`] = `C:\\Program Files\\Vendor ${n}\\`.padEnd(60, String(n));
  const bare = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`Field${n + 3}`, "-"]));
  const logsource = windowsLogSource(CHANNEL, 7);
  const last = { ...fields, DestinationIp: "192.0.2.1" };
  await storeEvents(
    db,
    1,
    Array.from({ length: EVENTS }, (_, n) => ({
      fields: n === EVENTS - 1 ? last : n % 2 ? { ...fields, ...bare } : fields,
      logsource,
    })),
  );
});
afterAll(() => db.close());

describe("A rule over stored events", () => {
  it("stays small in memory, however many fields and branches it has", async () => {
    const all = (from: number, wanted: unknown) =>
      Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`Field${n + from}`, wanted]));
    const hunt = compiled({
      place: { "Field1|startswith": "C:\\Program Files\\", "Field2|endswith": "2" },
      empty: all(3, ["-", ""]),
      missing: all(3, null),
      usual: { "Field20|startswith": ["C:\\Windows\\", "C:\\Temp\\"] },
      maker: { "Field21|startswith": "Microsoft" },
      condition: "place and (empty or missing) and not (usual or maker)",
    });
    expect(await countOf(hunt)).toBe(EVENTS / 2 - 1);
  });

  it("reads an address once, however many networks it is held against", async () => {
    const networks = Array.from({ length: 60 }, (_, n) => `10.${n}.0.0/16`);
    const hunt = compiled({ selection: { "DestinationIp|cidr": networks }, condition: "not selection" });
    expect(await countOf(hunt)).toBe(1);
    expect(tableOf(hunt, "").length + hunt.condition.length).toBeLessThan(20_000);
  });
});

function compiled(detection: Readonly<Record<string, unknown>>): Extract<Hunt, { ok: true }> {
  const rule = { title: "A rule", logsource: { product: "windows", category: "image_load" }, detection };
  const hunt = compileHunt(JSON.stringify(rule));
  if (!hunt.ok) throw new Error(hunt.reason);
  return hunt;
}

async function countOf(hunt: Extract<Hunt, { ok: true }>): Promise<number> {
  const source = `(SELECT event_code, fields, added, null_fields, list_fields FROM events WHERE ${hunt.prefilter})`;
  const [row] = await db.select<{ found: string }>(
    `SELECT count() AS found FROM ${tableOf(hunt, source)} WHERE ${hunt.condition} SETTINGS max_memory_usage = ${MOST_BYTES}, max_block_size = 1024`,
    {},
  );
  return Number(row?.found);
}
