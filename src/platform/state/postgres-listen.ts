import pg from "pg";
import type { Hearer, StateLog } from "./state.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const AGAIN_AFTER_MS = 2_000;
/** A connection that nothing is said on may be gone without a word, behind a firewall for one. */
const PROBE_EVERY_MS = 30_000;
const PROBE_TIMEOUT_MS = 10_000;

type Listening = { readonly channel: string; readonly hearer: Hearer; readonly log: StateLog };

/**
 * LISTEN on a connection of its own, since a pool's connections come and go. One that is lost is opened again until the answer
 * is called, and the hearer is told that it missed something. A pooler in front must let LISTEN through (PgBouncer: session
 * mode). Errors: when the first connection cannot be made.
 */
export async function listenOn(url: string, { channel, hearer, log }: Listening): Promise<() => Promise<void>> {
  let isOver = false;
  let current: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
      application_name: "yagura live",
    });
    let isLost = false;
    const lost = (): void => {
      if (isLost || isOver) return;
      isLost = true;
      void client.end().catch(() => undefined);
      if (current !== client) return;
      current = undefined;
      log.warn({ channel }, "the connection that hears of changes was lost");
      retry();
    };
    client.on("error", lost).on("end", lost);
    client.on("notification", ({ payload = "" }) => hearer.heard(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      lost();
      throw error;
    }
    if (isOver) await client.end();
    else current = client;
  }

  function retry(): void {
    again = setTimeout(() => {
      if (isOver) return;
      connect().then(() => hearer.missed(), retry);
    }, AGAIN_AFTER_MS).unref();
  }

  const probing = setInterval(() => {
    const client = current;
    client?.query("SELECT 1").catch((error: Error) => client.emit("error", error));
  }, PROBE_EVERY_MS).unref();

  try {
    await connect();
  } catch (error) {
    isOver = true;
    clearInterval(probing);
    throw error;
  }
  return async () => {
    isOver = true;
    clearInterval(probing);
    clearTimeout(again);
    await current?.end().catch(() => undefined);
  };
}
