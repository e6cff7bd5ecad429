import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../kernel/errors.ts";
import type { DataDirectory } from "../platform/directory/index.ts";
import { type EventsDb, migrateEvents, openEmbeddedEvents, openEventsServer } from "../platform/events/index.ts";
import type { Logger } from "../platform/log/index.ts";
import { openState, type State } from "../platform/state/index.ts";
import { openWal, type Wal } from "../platform/wal/index.ts";
import { closeEach } from "./closing.ts";
import type { Config } from "./config.ts";

export type Engines = {
  readonly events: EventsDb;
  /** Resolves when the events engine has its tables; until then input waits in the log. Rejects when it never may. */
  readonly eventsReady: Promise<void>;
  readonly state: State;
  readonly wal: Wal;
  /** Stops waiting for an events engine that never answered, so that closing does not wait for it either. */
  stopWaiting(): void;
  close(): Promise<void>;
};

const RETRY_MS = 2_000;

/** Opens both engines and the log. The state engine must answer, because it knows who may do what; the events engine may come later. */
export async function openEngines(config: Config, directory: DataDirectory, log: Logger): Promise<Engines> {
  const events = config.engines.events
    ? openEventsServer(config.engines.events)
    : openEmbeddedEvents(directory.at("events"), config.engines.tiers.coldDirectory);
  const stopping = new AbortController();
  const eventsReady = prepareEvents(events, log, stopping.signal);
  eventsReady.catch(() => {});
  const opening = Promise.all([openMigratedState(config, directory, log), openLog(config, directory, log)]);
  const [state, wal] = await opening.catch(async (error: unknown) => {
    stopping.abort();
    await events.close();
    throw error;
  });
  return {
    events,
    eventsReady,
    state,
    wal,
    stopWaiting: () => stopping.abort(),
    close: () => closeEach([() => wal.close(), () => state.close(), () => events.close()]),
  };
}

const openLog = (config: Config, directory: DataDirectory, log: Logger): Promise<Wal> =>
  openWal({
    directory: directory.at("wal"),
    maxBytes: config.wal.maxBytes,
    segmentBytes: config.wal.segmentBytes,
    log: (event) => logWal(log, event),
  });

async function openMigratedState(config: Config, directory: DataDirectory, log: Logger): Promise<State> {
  const state = await openState({ url: config.engines.state, directory: directory.at("state"), log });
  await state.migrate();
  return state;
}

/** A server that is away is asked again; a schema that is newer than this program, or not ours, is final. */
async function prepareEvents(events: EventsDb, log: Logger, stop: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await migrateEvents(events);
      return;
    } catch (error) {
      if (isFinal(error) || stop.aborted) throw error;
      log.warn({ err: error, retryInMs: RETRY_MS }, "the events engine is away; input waits in the write-ahead log");
      await sleep(RETRY_MS, undefined, { signal: stop });
    }
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "conflict" || error.code === "invalid");

/** Segments come and go all day; everything else the log tells is damage or a refusing disk. */
function logWal(log: Logger, event: object): void {
  const isRoutine = "event" in event && /^wal\.(created|segment_)/.test(String(event.event));
  if (isRoutine) log.info(event, "write-ahead log");
  else log.warn(event, "write-ahead log");
}
