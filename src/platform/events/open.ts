import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ClickHouseClientConfigOptions, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { createEventsDb } from "./client.ts";
import type { EventsDb } from "./contract.ts";

/** Memory-backed on Linux: a block lives there for milliseconds, and its durable copy is the write-ahead log. */
const SHARED_MEMORY = "/dev/shm";

/** The engine inside this process. One data directory per process: chDB allows no second. */
export function openEmbeddedEvents(directory: string): EventsDb {
  const client = createClient({ connection: chdbConnection(directory), log: { level: ClickHouseLogLevel.OFF } });
  const spool = spoolDirectory(directory);
  rmSync(spool, { recursive: true, force: true });
  return createEventsDb(client, { kind: "file", directory: spool });
}

/** Named after the data directory, so that what a killed process left behind is found and removed by the next. */
function spoolDirectory(directory: string): string {
  if (!existsSync(SHARED_MEMORY)) return join(directory, "spool");
  return join(SHARED_MEMORY, `yagura-${createHash("sha256").update(directory).digest("hex").slice(0, 16)}`);
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
