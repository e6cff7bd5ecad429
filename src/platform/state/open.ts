import { AppError } from "../../kernel/errors.ts";
import { explainFailure } from "./failures.ts";
import { applyMigrations, readMigrations } from "./migrate.ts";
import { openPgliteDriver } from "./pglite.ts";
import { openPostgresDriver } from "./postgres.ts";
import type { Driver, State, StateOptions } from "./state.ts";

const PING_TIMEOUT_MS = 2_000;

/** Opens the state engine: PostgreSQL when a URL is given, else PGlite in the directory. Call `migrate()` next. */
export async function openState(options: StateOptions): Promise<State> {
  if (options.url) return stateOf(openPostgresDriver(options.url, options.log));
  if (options.directory) return stateOf(await openPgliteDriver(options.directory));
  throw new AppError("invalid", "The state engine needs a PostgreSQL URL or a directory.");
}

export function stateOf(driver: Driver): State {
  return {
    db: driver.db,
    dialect: driver.dialect,
    async transaction(work) {
      try {
        return await driver.transaction(work);
      } catch (error) {
        throw explainFailure(error);
      }
    },
    async migrate() {
      try {
        return await applyMigrations(driver, await readMigrations());
      } catch (error) {
        throw explainFailure(error);
      }
    },
    async listen(channel, hearer) {
      try {
        return await driver.listen(channel, hearer);
      } catch (error) {
        throw explainFailure(error);
      }
    },
    ping: () => ping(driver),
    close: () => driver.close(),
  };
}

async function ping(driver: Driver): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
  try {
    return await Promise.race([driver.db.execute("SELECT 1").then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
