/** A value that may be bound to a `{name:Type}` placeholder. Values never enter SQL text any other way. */
export type ParamValue = string | number | boolean | bigint | readonly (string | number)[];
export type Params = Readonly<Record<string, ParamValue>>;

export type SelectLimits = {
  /** Rows the engine may return; more is an `over_limit` error, never a silent cut. */
  readonly maxRows?: number;
  /** Seconds the engine may work. */
  readonly maxSeconds?: number;
  readonly signal?: AbortSignal;
  /** Nobody waits for each answer: it does not take the place of those for whom somebody does. */
  readonly isBackground?: boolean;
};

/**
 * The events engine, embedded (chDB) or a ClickHouse server: the same SQL on both.
 * Rows come back as JSONEachRow objects: 64-bit integers as decimal text, DateTime64 as `YYYY-MM-DD hh:mm:ss.mmm` UTC.
 * Errors: AppError `unavailable` when the engine is away, `invalid` when it refuses the query, `over_limit` past a limit.
 */
export type EventsDb = {
  select<Row>(sql: string, params?: Params, limits?: SelectLimits): Promise<Row[]>;
  /** The answer as the engine writes it, in the format that the query ends with; for work in the background, on one thread. */
  selectBytes(sql: string, params?: Params): Promise<Buffer>;
  command(sql: string, params?: Params): Promise<void>;
  /** Inserts one Native block; a repeat with the same token is ignored by the engine. */
  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
};
