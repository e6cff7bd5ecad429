import type { LogSource } from "../event.ts";
import { CATEGORIES, CHANNELS } from "./windows-table.ts";

const PRODUCT = "windows";
/** Distinct (channel, event id) pairs remembered; a hostile sender cannot grow the cache past this. */
const MAX_REMEMBERED = 4096;

const serviceByChannel = new Map<string, string>();
for (const [service, channels] of Object.entries(CHANNELS))
  for (const channel of channels) serviceByChannel.set(channel.toLowerCase(), service);

const categoriesByService = new Map(
  Object.entries(CATEGORIES).map(([service, byId]) => [service, new Map(Object.entries(byId))] as const),
);

const remembered = new Map<string, readonly LogSource[]>();

/**
 * Every Sigma log source a Windows event belongs to; the first is the primary one. A Sysmon 13 is both `registry_set` and
 * `registry_event`, a 4688 is `process_creation` from service `security`.
 * channel: the event's Channel, or its provider's name where the channel was lost; any letter case. eventId: number or
 * decimal text. eventType: Sysmon's own EventType, which alone tells an added registry key from a deleted one.
 */
export function windowsRoutes(channel: string, eventId: number | string, eventType = ""): readonly LogSource[] {
  const key = `${channel}\n${eventId}`;
  let routes = remembered.get(key);
  if (routes === undefined) {
    routes = findRoutes(channel, String(eventId));
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, routes);
  }
  return eventType === "" || routes[0]?.category !== "registry_event" ? routes : registryRoutes(routes, eventType);
}

/** The one log source that describes a Windows event best. Category and service are "" when the channel is not known. */
export function windowsLogSource(channel: string, eventId: number | string): LogSource {
  return windowsRoutes(channel, eventId)[0] ?? { product: PRODUCT, category: "", service: "" };
}

/** Where Windows logs a category: the other direction of `windowsRoutes`, for engines that cannot call it. */
export type WindowsPlace = {
  readonly service: string;
  /** Lower-cased names of channels and of providers that stand for one. */
  readonly channels: readonly string[];
  readonly eventIds: readonly string[];
  /** Those of the ids whose EventType, where there is one, must begin (true) or must not begin (false) with "delete". */
  readonly typedIds: readonly string[];
  readonly isDeletion: boolean;
};

export function windowsPlaces(category: string): readonly WindowsPlace[] {
  const isTyped = category === "registry_add" || category === "registry_delete";
  return [...categoriesByService].flatMap(([service, byId]) => {
    const found = [...byId].filter(([, categories]) => categories.includes(category));
    if (found.length === 0) return [];
    const typed = found.filter(([, categories]) => isTyped && categories[0] === "registry_event");
    return {
      service,
      channels: [...serviceByChannel].filter(([, one]) => one === service).map(([channel]) => channel),
      eventIds: found.map(([id]) => id),
      typedIds: typed.map(([id]) => id),
      isDeletion: category === "registry_delete",
    };
  });
}

/** Every log source of a Windows event whose service is known already: what `windowsRoutes` finds by the channel. */
export function windowsRoutesOf(service: string, eventId: string): readonly LogSource[] {
  const categories = categoriesByService.get(service)?.get(eventId) ?? [""];
  return categories.map((category) => ({ product: PRODUCT, category, service }));
}

function findRoutes(channel: string, eventId: string): readonly LogSource[] {
  return windowsRoutesOf(serviceByChannel.get(channel.toLowerCase()) ?? "", eventId);
}

function registryRoutes(routes: readonly LogSource[], eventType: string): readonly LogSource[] {
  const other = eventType.toLowerCase().startsWith("delete") ? "registry_add" : "registry_delete";
  return routes.filter((route) => route.category !== other);
}
