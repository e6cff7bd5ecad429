import { type ClickHouseClientConfigOptions, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { createEventsDb } from "./client.ts";
import { openWithColdDisk } from "./cold-disk.ts";
import type { EventsDb } from "./contract.ts";
import { openSpool } from "./spool.ts";

/** The embedded engine shares the machine with all the rest: more searches at a time would only slow each other down. */
const EMBEDDED_SEARCHES = 2;
const SERVER_SEARCHES = 6;

/**
 * The engine inside this process. One data directory per process: chDB allows no second. A session runs one query at a time
 * (measured), so that a long search on the session of the inserts would hold up all that is collected.
 */
export function openEmbeddedEvents(directory: string, coldDirectory?: string): EventsDb {
  const cold = coldDirectory === undefined ? undefined : openWithColdDisk(directory, coldDirectory);
  const session = () => createClient({ connection: chdbConnection(directory), log: { level: ClickHouseLogLevel.OFF } });
  const searches = Array.from({ length: EMBEDDED_SEARCHES }, session);
  const connections = { writes: session(), background: session(), searches };
  const events = createEventsDb(connections, { kind: "file", spool: openSpool(directory) });
  return {
    ...events,
    close: async () => {
      await events.close();
      cold?.close();
    },
  };
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
  const searches = Array.from({ length: SERVER_SEARCHES }, () => client);
  return createEventsDb({ writes: client, background: client, searches }, { kind: "body" });
}
