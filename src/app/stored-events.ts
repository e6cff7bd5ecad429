import type { FindEvents } from "../monitor/rule/index.ts";
import { newestRawEvents } from "../monitor/search/index.ts";
import type { SourceResolver } from "../monitor/source/index.ts";
import type { Organization } from "../organization/index.ts";
import type { Engines } from "./engines.ts";
import { OWN_SOURCE } from "./silence.ts";

type Parts = { readonly engines: Engines; readonly organization: Organization; readonly sources: SourceResolver };

/** Stored events as they came, each with how its source's events are read. */
export function storedEvents({ engines, organization, sources }: Parts): FindEvents {
  return async (ctx, search) => {
    const access = { events: engines.events, tree: organization.tree };
    const found = await newestRawEvents(access, ctx, { ...search, unit: "" });
    return found.map(({ receivedMs, sourceId, ...event }) => {
      const source = sources.sources().get(sourceId);
      const hints = {
        format: source?.format ?? "auto",
        transport: sourceId === OWN_SOURCE ? "internal" : "try",
        receivedAtMs: receivedMs,
        ...(source?.timeZone && { timeZone: source.timeZone }),
      };
      return { ...event, hints };
    });
  };
}
