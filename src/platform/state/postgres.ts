import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { explainFailure } from "./failures.ts";
import { listenOn } from "./postgres-listen.ts";
import type { Driver, RawSql, StateLog, StateTx } from "./state.ts";
import { asStateDb } from "./state-db.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement of ours that takes longer than this is a mistake; migrations are exempt. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** A pool on a PostgreSQL 15 to 18 server. Connects lazily: a server that is away shows at the first query. */
export function openPostgresDriver(url: string, log: StateLog): Driver {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "yagura",
  });
  // Without a listener, an idle connection that the server drops would end the process.
  pool.on("error", (error) => log.warn({ code: codeWord(error) }, "a connection to the state database was lost"));
  const guard = createTransactionGuard();
  const db = asStateDb(drizzle(guardPool(pool, guard.refuseInside)));
  return {
    dialect: "postgres",
    db,
    async transaction<T>(work: (tx: StateTx) => Promise<T>): Promise<T> {
      guard.refuseInside();
      return await db.transaction((tx) => guard.enter(() => work(tx)));
    },
    rawTransaction: (work) => rawTransaction(pool, work),
    listen: async (channel, hearer) => await listenOn(url, { channel, hearer, log }),
    close: () => pool.end(),
  };
}

async function rawTransaction<T>(pool: pg.Pool, work: (raw: RawSql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SET LOCAL statement_timeout = 0");
    const result = await work({
      async script(text) {
        await client.query(text);
      },
      async query(text, params = []) {
        return (await client.query<Record<string, unknown>>(text, [...params])).rows;
      },
    });
    await client.query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The pool itself, except that a query first asks the guard and that failures are explained. */
function guardPool(pool: pg.Pool, refuseInside: () => void): pg.Pool {
  return new Proxy(pool, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== "query" && key !== "connect") return value.bind(target);
      return async (...args: unknown[]) => {
        if (key === "query") refuseInside();
        try {
          return await value.apply(target, args);
        } catch (error) {
          throw explainFailure(error);
        }
      };
    },
  });
}

function codeWord(error: Error): string {
  return "code" in error ? String(error.code) : error.name;
}
