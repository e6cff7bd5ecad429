import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { PGlite, type PGliteInterfaceExtensions, type Transaction } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { AppError } from "../../kernel/errors.ts";
import { explainFailure } from "./failures.ts";
import type { Driver, RawSql, StateTx } from "./state.ts";
import { asStateDb } from "./state-db.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

type Engine = PGlite & PGliteInterfaceExtensions<Record<string, never>>;

/** Opens the embedded engine in a directory, creating it on first use (3-4 s, then about 0.3 s). */
export async function openPgliteDriver(directory: string): Promise<Driver> {
  await createOnce(directory);
  return pgliteDriver(await PGlite.create(directory));
}

/** Creates beside and renames, so that a crash half-way never leaves a half-made cluster under the real name. */
async function createOnce(directory: string): Promise<void> {
  if (existsSync(`${directory}/PG_VERSION`)) return;
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0) {
    throw new AppError("conflict", `${directory} holds other files: the state engine needs an empty directory.`);
  }
  const making = `${directory}.making`;
  await rm(making, { recursive: true, force: true });
  const fresh = await PGlite.create(making);
  await fresh.close();
  await rmdir(directory);
  await rename(making, directory);
}

/** One PGlite engine as a driver; queries and transactions queue inside the engine. */
export function pgliteDriver(engine: Engine): Driver {
  const guard = createTransactionGuard();
  const guarded = guardQueries(engine, guard.refuseInside);
  const db = asStateDb(drizzle(guarded));
  return {
    dialect: "pglite",
    db,
    async transaction<T>(work: (tx: StateTx) => Promise<T>): Promise<T> {
      guard.refuseInside();
      return await db.transaction((tx) => guard.enter(() => work(tx)));
    },
    async rawTransaction<T>(work: (raw: RawSql) => Promise<T>): Promise<T> {
      return await engine.transaction((tx) => work(rawSql(tx)));
    },
    async listen(channel, { heard }) {
      const unlisten = await engine.listen(channel, heard);
      return async () => {
        if (!engine.closed) await unlisten();
      };
    },
    async close() {
      if (!engine.closed) await engine.close();
    },
  };
}

function rawSql(tx: Transaction): RawSql {
  return {
    async script(text) {
      await tx.exec(text);
    },
    async query(text, params = []) {
      return (await tx.query<Record<string, unknown>>(text, [...params])).rows;
    },
  };
}

/** The engine itself, except that a query first asks the guard and its failures are explained. */
function guardQueries(engine: Engine, refuseInside: () => void): Engine {
  return new Proxy(engine, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== "query") return value.bind(target);
      return async (...args: unknown[]) => {
        refuseInside();
        try {
          return await value.apply(target, args);
        } catch (error) {
          throw explainFailure(error);
        }
      };
    },
  });
}
