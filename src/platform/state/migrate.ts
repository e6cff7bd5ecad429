import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { AppError } from "../../kernel/errors.ts";
import type { Driver, MigrationReport, RawSql } from "./state.ts";

export type Migration = {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** sha256 of the text, line ends as LF: a checkout on Windows is not an edit. */
  readonly checksum: string;
};
type Applied = { readonly number: number; readonly name: string; readonly checksum: string };

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
/** Any constant will do; it keeps two starting nodes from migrating at once. */
const LOCK_KEY = 7_024_401;

const TABLE = `CREATE TABLE IF NOT EXISTS state_migration (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

const MIGRATIONS_FOLDER = new URL("./migrations/", import.meta.url);

/** The numbered files of a folder, in order. Errors: plain Error when a name or number is wrong, as that is our bug. */
export async function readMigrations(folder: URL = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort()) {
    const parts = FILE_NAME.exec(file);
    if (!parts) throw new Error(`migration ${file} is not named NNNN_words.sql`);
    const number = Number(parts[1]);
    if (migrations.at(-1)?.number === number) throw new Error(`two migrations have the number ${parts[1]}`);
    const sql = (await readFile(new URL(file, folder), "utf8")).replaceAll("\r\n", "\n");
    const checksum = createHash("sha256").update(sql).digest("hex");
    migrations.push({ number, name: file.slice(0, -".sql".length), sql, checksum });
  }
  return migrations;
}

/** What is left to apply. Errors: `conflict`, naming the migration and what to do. */
export function planMigrations(known: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const newest = known.at(-1)?.number ?? 0;
  const last = Math.max(0, ...applied.map((row) => row.number));
  for (const row of applied) {
    const file = known.find((migration) => migration.number === row.number);
    if (!file && row.number > newest) {
      throw refusal(row.name, "was applied by a newer Yagura: start that version, or restore a backup of this one");
    }
    if (!file) throw refusal(row.name, "was applied to this database but its file is missing from this installation");
    if (file.checksum !== row.checksum || file.name !== row.name) {
      throw refusal(row.name, "was changed after it was applied: migrations are append-only, restore the file");
    }
  }
  const rest = known.filter((migration) => !applied.some((row) => row.number === migration.number));
  const late = rest.find((migration) => migration.number < last);
  if (late) throw refusal(late.name, `comes before number ${last}, which is already applied: give it a higher number`);
  return rest;
}

/** Applies what is left in one transaction: all of it or none. */
export async function applyMigrations(driver: Driver, known: readonly Migration[]): Promise<MigrationReport> {
  return await driver.rawTransaction(async (raw) => {
    if (driver.dialect === "postgres") await raw.query("SELECT pg_advisory_xact_lock($1)", [LOCK_KEY]);
    await raw.script(TABLE);
    const rest = planMigrations(known, await readApplied(raw));
    for (const migration of rest) {
      await runOne(raw, migration);
    }
    return { applied: rest.map((migration) => migration.name), known: known.length };
  });
}

async function readApplied(raw: RawSql): Promise<Applied[]> {
  const rows = await raw.query("SELECT number, name, checksum FROM state_migration ORDER BY number");
  return rows.map((row) => ({ number: Number(row.number), name: String(row.name), checksum: String(row.checksum) }));
}

async function runOne(raw: RawSql, migration: Migration): Promise<void> {
  try {
    await raw.script(migration.sql);
  } catch (error) {
    throw new Error(`migration ${migration.name} failed`, { cause: error });
  }
  await raw.query("INSERT INTO state_migration (number, name, checksum) VALUES ($1, $2, $3)", [
    migration.number,
    migration.name,
    migration.checksum,
  ]);
}

function refusal(name: string, reason: string): AppError {
  return new AppError("conflict", `The state database cannot be used: migration ${name} ${reason}.`, {
    migration: name,
  });
}
