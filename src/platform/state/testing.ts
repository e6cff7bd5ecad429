import { createHash, randomBytes } from "node:crypto";
import { existsSync, openAsBlob } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { applyMigrations, readMigrations } from "./migrate.ts";
import { stateOf } from "./open.ts";
import { pgliteDriver } from "./pglite.ts";
import { openPostgresDriver } from "./postgres.ts";
import type { State, StateLog } from "./state.ts";

const quiet: StateLog = { info: () => undefined, warn: () => undefined };
/** Raise when the way a snapshot is made changes. */
const SNAPSHOT_FORMAT = 1;

/**
 * A migrated, empty state engine for one test file; close it in `afterAll`. In memory on PGlite, or, when
 * YAGURA_TEST_POSTGRES holds a server's URL, a fresh database there that `close()` drops.
 */
export async function openTestState(): Promise<State> {
  const server = testServer();
  return server === undefined ? await openMemory() : await openDatabase(server);
}

/** Makes what `openTestState` starts from, unless it is there already. */
export async function prepareTestState(): Promise<void> {
  if (testServer() === undefined) await snapshotFile();
}

/** The URL of the PostgreSQL server that the tests use, if any. */
function testServer(): string | undefined {
  return process.env.YAGURA_TEST_POSTGRES || undefined;
}

async function openMemory(): Promise<State> {
  return stateOf(pgliteDriver(await PGlite.create({ loadDataDir: await openAsBlob(await snapshotFile()) })));
}

/** Creating a cluster takes 7 s of CPU, loading one less than one: it is made once per set of migrations. */
async function snapshotFile(): Promise<string> {
  const migrations = await readMigrations();
  const key = createHash("sha256");
  for (const { name, checksum } of migrations) key.update(`${name} ${checksum}\n`);
  const engineFile = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const digest = key.update(`${engineFile} ${SNAPSHOT_FORMAT}`).digest("hex").slice(0, 24);
  const file = join(tmpdir(), `yagura-test-state-${digest}.tar`);
  if (existsSync(file)) return file;
  const engine = await PGlite.create();
  await applyMigrations(pgliteDriver(engine), migrations);
  const dump = await engine.dumpDataDir("none");
  await engine.close();
  const making = `${file}.${randomBytes(4).toString("hex")}`;
  await writeFile(making, Buffer.from(await dump.arrayBuffer()));
  await rename(making, file);
  return file;
}

async function openDatabase(server: string): Promise<State> {
  const name = `yagura_test_${randomBytes(6).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const state = stateOf(openPostgresDriver(url.href, quiet));
  await state.migrate();
  return {
    ...state,
    async close() {
      await state.close();
      await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
