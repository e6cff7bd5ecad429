import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { AppError } from "../../kernel/errors.ts";
import type { EventsDb, Params, SelectLimits } from "./contract.ts";
import { createGate } from "./gate.ts";
import { toAppError } from "./problem.ts";
import type { Spool } from "./spool.ts";

const DEFAULT_MAX_ROWS = 10_000;
const DEFAULT_MAX_SECONDS = 30;
/** One query may not starve the rest of the process (embedded engine) or of the server. */
const MAX_QUERY_BYTES = 2_000_000_000;
/** A rule with thousands of indicators is a long query. */
const MAX_QUERY_TEXT = 4_000_000;
/** Searches that wait in line for a connection; more are told to come back. */
const MAX_WAITING = 200;

/** How a Native block reaches the engine: as a file that the embedded engine reads, or as the body of an HTTP request. */
export type BlockRoute = { readonly kind: "file"; readonly spool: Spool } | { readonly kind: "body" };

/**
 * Connections by what they are for: what runs on one does not hold up the others. `searches`: one search at a time on each, and a
 * client that serves several at once is named several times.
 */
export type Connections = {
  readonly writes: ClickHouseClient;
  readonly background: ClickHouseClient;
  readonly searches: readonly ClickHouseClient[];
};

export function createEventsDb({ writes, background, searches }: Connections, route: BlockRoute): EventsDb {
  const gate = createGate(searches, MAX_WAITING);
  return {
    select: (sql, params, limits) =>
      limits?.isBackground === true
        ? select(background, sql, params, limits)
        : gate((client) => select(client, sql, params, limits)),
    selectBytes: (sql, params) => selectBytes(background, sql, params),
    command: async (sql, params) => {
      await guarded(
        writes.command({ query: sql, ...(params && { query_params: { ...params } }), clickhouse_settings: COMMAND }),
      );
    },
    insertNative: async (table, columns, block, token) => {
      const insert = route.kind === "file" ? insertFromFile(writes, route.spool) : insertFromBody(writes);
      await insert(`INSERT INTO ${table} (${columns.join(", ")})`, columns, block, token);
    },
    ping: async () => {
      try {
        return (await writes.ping({ select: true })).success;
      } catch {
        return false;
      }
    },
    close: async () => {
      await Promise.all([...new Set([writes, background, ...searches])].map((client) => client.close()));
      if (route.kind === "file") await route.spool.remove();
    },
  };
}

async function select<Row>(client: ClickHouseClient, sql: string, params: Params = {}, limits: SelectLimits = {}) {
  // The client only hears of an abort that comes later than this.
  if (limits.signal?.aborted) throw new AppError("over_limit", "the query was cancelled");
  const settings: ClickHouseSettings = {
    max_result_rows: String(limits.maxRows ?? DEFAULT_MAX_ROWS),
    result_overflow_mode: "throw",
    max_execution_time: limits.maxSeconds ?? DEFAULT_MAX_SECONDS,
    timeout_overflow_mode: "throw",
    max_memory_usage: String(MAX_QUERY_BYTES),
    // Said each time: a session keeps the one thread of what it read in bytes.
    max_threads: 0,
    max_query_size: String(MAX_QUERY_TEXT),
    output_format_json_quote_64bit_integers: 1,
    date_time_output_format: "simple",
  };
  const result = await guarded(
    client.query({
      query: sql,
      format: "JSONEachRow",
      query_params: { ...params },
      clickhouse_settings: settings,
      ...(limits.signal && { abort_signal: limits.signal }),
    }),
  );
  return guarded(result.json<Row>());
}

async function selectBytes(client: ClickHouseClient, sql: string, params: Params = {}): Promise<Buffer> {
  const { stream } = await guarded(
    client.exec({ query: sql, query_params: { ...params }, clickhouse_settings: { ...UNLIMITED, max_threads: 1 } }),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** A session of the embedded engine keeps its settings: what a query was limited to would otherwise bind the next insert as well. */
const UNLIMITED: ClickHouseSettings = { max_execution_time: 0, max_result_rows: "0", max_memory_usage: "0" };

/** A statement that inserts is no repeat of the block whose token the session still has. */
const COMMAND: ClickHouseSettings = {
  ...UNLIMITED,
  insert_deduplication_token: "",
  max_query_size: String(MAX_QUERY_TEXT),
  // Whoever drops a day has recorded it first; the engine's own guard would stop at 50 GB.
  max_partition_size_to_drop: "0",
};

/** Repeating a block with its token is harmless: the table keeps the tokens of its latest blocks. */
const insertSettings = (token: string): ClickHouseSettings => ({
  ...UNLIMITED,
  insert_deduplication_token: token,
  insert_deduplicate: 1,
  max_threads: 1,
  max_insert_threads: "1",
  max_insert_block_size: "1048576",
  min_insert_block_size_rows: "1048576",
  min_insert_block_size_bytes: "1073741824",
  max_partitions_per_insert_block: "1000",
});

type Insert = (head: string, columns: readonly string[], block: Uint8Array, token: string) => Promise<void>;

const insertFromFile =
  (client: ClickHouseClient, spool: Spool): Insert =>
  async (head, columns, block, token) => {
    const path = await spool.write(`${token.replaceAll(/[^A-Za-z0-9-]/g, "_")}.native`, block);
    try {
      await guarded(
        client.command({
          query: `${head} SELECT ${columns.join(", ")} FROM file({path:String}, 'Native')`,
          query_params: { path },
          clickhouse_settings: { ...insertSettings(token), deduplicate_insert_select: "enable_when_possible" },
        }),
      );
    } finally {
      await rm(path, { force: true });
    }
  };

const insertFromBody =
  (client: ClickHouseClient): Insert =>
  async (head, _columns, block, token) => {
    const { stream } = await guarded(
      client.exec({
        query: `${head} FORMAT Native`,
        values: Readable.from([block], { objectMode: false }),
        clickhouse_settings: insertSettings(token),
      }),
    );
    await new Promise<void>((done, failed) => stream.on("error", failed).on("end", done).resume());
  };

async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof AppError ? error : toAppError(error);
  }
}
