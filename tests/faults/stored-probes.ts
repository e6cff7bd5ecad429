import { join } from "node:path";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";

const [data = ""] = process.argv.slice(2);
const events = openEmbeddedEvents(join(data, "events"));
const rows = await events.select<{ probe: string; n: string }>(
  "SELECT extract(raw, 'probe-[a-z0-9]+-[a-z]+-[0-9]+-[0-9]+') AS probe, count() AS n FROM events WHERE probe != '' GROUP BY probe",
  {},
  { maxRows: 50_000_000, maxSeconds: 600 },
);
await events.close();
process.stdout.write(JSON.stringify(rows.map(({ probe, n }) => [probe, Number(n)])));
