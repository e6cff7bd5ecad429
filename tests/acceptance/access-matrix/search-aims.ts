import { setTimeout as sleep } from "node:timers/promises";
import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

/** Searching the events of a unit, and searches kept for its people. */
export async function searchAims(server: RunningServer, cast: Cast): Promise<Record<string, Aim>> {
  const events = await eventOfEachUnit(server, cast);
  const event =
    (suffix = ""): Aim =>
    (unitId) => ({ url: `/api/v1/events/${events.get(unitId)}${suffix}` });
  const ask = (path: string, tellsOf: (answer: string, unitId: string) => boolean, more = ""): Record<string, Aim> => ({
    [`GET ${path} ?unit`]: (unitId) => ({
      url: `${path}?unit=${unitId}&q=${encodeURIComponent(`"${wordOf(unitId)}"`)}${more}`,
      tellsOf: (answer) => tellsOf(answer, unitId),
    }),
  });
  /** Asked about a unit, these answer for what one may read below it, so the root is answered for one's own units. */
  const below =
    (path: string): Aim =>
    (unitId) => ({
      url: `${path}?unit=${unitId}`,
      ...(unitId === cast.units.root && { needsAt: cast.units.own }),
    });
  return {
    "GET /api/v1/events/:id :id": event(),
    "GET /api/v1/events/:id/surroundings :id": event("/surroundings"),
    ...ask("/api/v1/search/events", (answer, unitId) => answer.includes(String(events.get(unitId)))),
    ...ask("/api/v1/search/histogram", (answer) => JSON.parse(answer).total === 1),
    ...ask("/api/v1/search/fields", (answer) => JSON.parse(answer).rowsMatching === 1),
    ...ask("/api/v1/search/values", (answer) => JSON.parse(answer).rowsMatching === 1, "&field=event.dataset"),
    ...ask("/api/v1/search/export", (answer, unitId) => answer.includes(wordOf(unitId)), "&format=ndjson"),
    "GET /api/v1/funnel ?unit": below("/api/v1/funnel"),
    "GET /api/v1/search/tail ?unit": below("/api/v1/search/tail"),
    ...savedSearchAims(server, cast),
  };
}

function savedSearchAims(server: RunningServer, { roles, admin, units }: Cast): Record<string, Aim> {
  const url = "/api/v1/saved-searches";
  const shared = (unitId: string | null) => ({ name: "VPN", q: "", columns: [], sharedWithUnitId: unitId });
  return {
    [`POST ${url} sharedWithUnitId`]: (unitId) => ({ url, payload: shared(unitId) }),
    [`POST ${url}/:id/use :id`]: async (unitId) => {
      const kept = await server.app.inject({ method: "POST", url, headers: admin, payload: shared(unitId) });
      // What is shared with a unit is shared with everything below it.
      return { url: `${url}/${kept.json().id}/use`, ...(unitId === units.root && { needsAt: units.own }) };
    },
    [`PUT ${url}/:id sharedWithUnitId`]: async (unitId, role) => {
      const kept = await server.app.inject({ method: "POST", url, headers: roles[role], payload: shared(null) });
      return { url: `${url}/${kept.json().id ?? "none"}`, payload: shared(unitId) };
    },
  };
}

const wordOf = (unitId: string): string => `matrix-${unitId}`;

/** One event of each unit, sent through the door; its id by unit. */
async function eventOfEachUnit({ app }: RunningServer, { admin, units }: Cast): Promise<Map<string, string>> {
  for (const unitId of Object.values(units)) {
    const answer = await app.inject({
      method: "POST",
      url: `/api/v1/ingest?unit=${unitId}`,
      headers: { ...admin, "content-type": "text/plain" },
      payload: `sent by ${wordOf(unitId)}\n`,
    });
    if (answer.statusCode !== 200) throw new Error(`ingest: ${answer.statusCode} ${answer.body}`);
  }
  const ids = new Map<string, string>();
  while (ids.size < Object.keys(units).length) {
    await sleep(100);
    const answer = await app.inject({ url: `/api/v1/search/events?q=sent`, headers: admin });
    if (answer.statusCode !== 200) throw new Error(`search: ${answer.statusCode} ${answer.body}`);
    for (const { unitId, id } of answer.json().items) ids.set(unitId, id);
  }
  return ids;
}
