import { createHash } from "node:crypto";
import { join } from "node:path";
import { migrateEvents, openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { openState } from "../../src/platform/state/index.ts";

/** A process to be killed: brings both engines in a directory to the newest schema and prints a digest of it. */
const [directory = ""] = process.argv.slice(2);
const events = openEmbeddedEvents(join(directory, "events"));
await migrateEvents(events);
const tables = await events.select(
  "SELECT table, name, type, default_kind, default_expression FROM system.columns WHERE database = currentDatabase() ORDER BY table, name",
);
const applied = await events.select("SELECT version, checksum FROM schema_migrations ORDER BY version");
await events.close();
const state = await openState({ directory: join(directory, "state"), log: { info: () => {}, warn: () => {} } });
await state.migrate();
const columns = await state.db.execute(
  "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
);
const migrations = await state.db.execute("SELECT number, checksum FROM state_migration ORDER BY number");
await state.close();
const schema = JSON.stringify([tables, applied, columns.rows, migrations.rows]);
process.stdout.write(createHash("sha256").update(schema).digest("hex"));
