import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { AppError } from "../../kernel/errors.ts";
import type { EventsDb } from "./contract.ts";

const DIRECTORY = new URL("./migrations/", import.meta.url);

type Migration = { readonly version: number; readonly name: string; readonly sql: string; readonly checksum: string };

/**
 * Brings the events engine to the newest schema. Files are numbered and append-only.
 * Errors: AppError `conflict` when the engine holds a migration that this program does not know (it is newer) or whose text has changed.
 */
export async function migrateEvents(events: EventsDb): Promise<void> {
  await events.command(
    `CREATE TABLE IF NOT EXISTS schema_migrations (version UInt32, name String, checksum String, applied DateTime DEFAULT now())
     ENGINE = MergeTree ORDER BY version`,
  );
  const known = await readMigrations();
  const applied = await events.select<{ version: number; name: string; checksum: string }>(
    "SELECT version, name, checksum FROM schema_migrations ORDER BY version",
  );
  for (const row of applied) refuseForeign(row, known);
  // By version, not by count: two changes made side by side may arrive in either order.
  const done = new Set(applied.map((row) => Number(row.version)));
  for (const migration of known) if (!done.has(migration.version)) await apply(events, migration);
}

async function apply(events: EventsDb, migration: Migration): Promise<void> {
  for (const statement of statementsOf(migration.sql)) await events.command(statement);
  await events.command(
    "INSERT INTO schema_migrations (version, name, checksum) SELECT {version:UInt32}, {name:String}, {checksum:String}",
    { version: migration.version, name: migration.name, checksum: migration.checksum },
  );
}

function refuseForeign(row: { version: number; name: string; checksum: string }, known: readonly Migration[]): void {
  const mine = known.find((migration) => migration.version === Number(row.version));
  if (mine?.checksum === row.checksum) return;
  const why = mine ? "was applied with another text" : "comes from a newer Yagura";
  throw new AppError(
    "conflict",
    `The events database holds migration ${row.name}, which ${why}. Start the version that wrote it.`,
  );
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, DIRECTORY), "utf8");
      return { version: Number(name.slice(0, 4)), name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * The engine takes one statement at a time. A statement ends with a semicolon at the end of a line. Whoever is killed between a statement
 * and the entry in schema_migrations runs it again: the oldest files create their tables without IF NOT EXISTS, and may not be edited.
 */
export function statementsOf(sql: string): string[] {
  return sql
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim().replace(/^CREATE TABLE (?!IF NOT EXISTS )/m, "CREATE TABLE IF NOT EXISTS "))
    .filter((statement) => statement.replaceAll(/^--.*$/gm, "").trim() !== "");
}
