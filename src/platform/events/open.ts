import { type ClickHouseClientConfigOptions, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { createEventsDb } from "./client.ts";
import type { EventsDb } from "./contract.ts";
import { openSpool } from "./spool.ts";

/** The engine inside this process. One data directory per process: chDB allows no second. */
export function openEmbeddedEvents(directory: string): EventsDb {
  const client = createClient({ connection: chdbConnection(directory), log: { level: ClickHouseLogLevel.OFF } });
  return createEventsDb(client, { kind: "file", spool: openSpool(directory) });
}

/**
 * Guarantee: chDB implements the client's own Connection interface (its package says "EXACTLY"); only the
 * declarations differ, because it compiles against another copy of the client's types.
 */
function chdbConnection(path: string): NonNullable<ClickHouseClientConfigOptions["connection"]> {
  return createChdbConnection({ path }) as unknown as NonNullable<ClickHouseClientConfigOptions["connection"]>;
}

/** A ClickHouse server or cluster. `url` may carry user, password and database. */
export function openEventsServer(url: string): EventsDb {
  const client = createClient({
    url,
    // Failures come back as errors and are logged where they are handled; the client's own log would print queries.
    log: { level: ClickHouseLogLevel.OFF },
    application: "yagura",
    compression: { request: false, response: true },
    max_open_connections: 16,
    request_timeout: 120_000,
    keep_alive: { enabled: true },
  });
  return createEventsDb(client, { kind: "body" });
}
