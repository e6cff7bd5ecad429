import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventsDb } from "./contract.ts";
import { startGateway } from "./gateway.ts";
import { migrateEvents } from "./migrate.ts";
import { openEmbeddedEvents, openEventsServer } from "./open.ts";

/**
 * A migrated events engine for one test file (chDB allows one directory per process). `YAGURA_TEST_EVENTS=http` puts
 * the HTTP gateway between client and engine, so that the same tests prove both ways.
 */
export async function openTestEvents(way: "embedded" | "http" = wayFromEnvironment()): Promise<EventsDb> {
  const directory = mkdtempSync(join(tmpdir(), "yagura-events-"));
  const gateway = way === "http" ? await startGateway(directory) : undefined;
  const events = gateway ? openEventsServer(gateway.url) : openEmbeddedEvents(directory);
  await migrateEvents(events);
  return {
    ...events,
    close: async () => {
      await events.close();
      await gateway?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function wayFromEnvironment(): "embedded" | "http" {
  return process.env.YAGURA_TEST_EVENTS === "http" ? "http" : "embedded";
}
