import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** What `execute(sql…)` answers on both engines: rows only, because the counts have different names. */
type Rows<Row> = { rows: Row[] };
export interface StateResultHKT extends PgQueryResultHKT {
  type: Rows<this["row"]>;
}
export type StateDb = PgDatabase<StateResultHKT>;
/** The same queries, inside one transaction. */
export type StateTx = StateDb;

/** Where state events go; pino's logger fits. */
export type StateLog = {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
};

export type StateOptions = {
  /** A PostgreSQL 15 to 18 server; it wins over `directory`. */
  readonly url?: string | undefined;
  /** Where the embedded PGlite keeps its files. */
  readonly directory?: string | undefined;
  readonly log: StateLog;
};

export type MigrationReport = { readonly applied: readonly string[]; readonly known: number };

/** Who hears what is told on a channel of the database. */
export type Hearer = {
  /** The text of one NOTIFY, after its commit, in the order of the commits, whichever process told it. */
  heard(text: string): void;
  /** The connection was away: what was told meanwhile is not known. */
  missed(): void;
};

export type State = {
  readonly db: StateDb;
  readonly dialect: "pglite" | "postgres";
  /** Commits when `work` resolves. Inside `work` use `tx` alone: `state.db` there throws, since PGlite has one connection. */
  transaction<T>(work: (tx: StateTx) => Promise<T>): Promise<T>;
  /** Brings the schema up to this version. Errors: `conflict` when an applied migration was edited, is missing, or is newer. */
  migrate(): Promise<MigrationReport>;
  /** Hears NOTIFY on a channel until the answer is called; `channel` is a plain word. Errors: `unavailable`. */
  listen(channel: string, hearer: Hearer): Promise<() => Promise<void>>;
  /** False when the engine does not answer within two seconds. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
};

/** Plain SQL for the migrator: scripts of many statements, and parameterized queries. */
export type RawSql = {
  script(text: string): Promise<void>;
  query(text: string, params?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
};

/** What each engine gives; `openState` puts the common rules on top. */
export type Driver = {
  readonly dialect: State["dialect"];
  readonly db: StateDb;
  transaction<T>(work: (tx: StateTx) => Promise<T>): Promise<T>;
  rawTransaction<T>(work: (raw: RawSql) => Promise<T>): Promise<T>;
  readonly listen: State["listen"];
  close(): Promise<void>;
};
