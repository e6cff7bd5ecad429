import type { RunningServer } from "../../../src/app/server.ts";
import type { Cast } from "../../../src/organization/testing.ts";

/** Health is for load balancers, which have no token. */
const OPEN = new Set(["/services/collector/health", "/services/collector/health/1.0"]);

/** Fastify registers under these alone once OPTIONS is left out. */
const asMethod = (method: string) => method as "GET" | "HEAD" | "POST" | "PUT";

type Cell = { readonly who: string; readonly headers: Readonly<Record<string, string>>; readonly isAdmitted: boolean };

/**
 * Sends every route below `prefixes` everybody: people, whatever their role, and strangers are refused with 401 or 403 in the
 * protocol's own words; tokens that may send events are not. Returns one sentence for each cell that went otherwise.
 */
export async function collectorMatrix({ app, organization }: RunningServer, cast: Cast, prefixes: readonly string[]) {
  const routes = organization.guard
    .routes()
    .filter(({ url, method }) => prefixes.some((prefix) => url.startsWith(prefix)) && method !== "OPTIONS");
  const failures: string[] = [];
  const cells = cellsOf(cast);
  let sent = 0;
  for (const { method, url } of routes)
    for (const { who, headers, isAdmitted } of cells) {
      sent += 1;
      const { statusCode } = await app.inject({
        method: asMethod(method),
        url: url.replace(/:[a-z]+/g, "none").replace("*", "none"),
        headers,
        remoteAddress: `10.9.${sent >> 8}.${sent & 255}`,
        ...(method !== "GET" && method !== "HEAD" && { payload: "" }),
      });
      const isRefused = statusCode === 401 || statusCode === 403;
      if (isRefused === (isAdmitted || OPEN.has(url)))
        failures.push(`${method} ${url} by ${who}: answered ${statusCode}`);
    }
  return { routes: routes.length, cells: sent, failures };
}

function cellsOf({ admin, roles, withoutRole, ingest }: Cast): Cell[] {
  const people = Object.entries({ "the administrator": admin, "a person without a role": withoutRole, ...roles });
  return [
    { who: "nobody", headers: {}, isAdmitted: false },
    {
      who: "a token that does not exist",
      headers: { authorization: `Bearer ygr_${"0".repeat(43)}` },
      isAdmitted: false,
    },
    ...people.map(([who, headers]) => ({ who, headers, isAdmitted: who === "integration" })),
    { who: "an ingest token", headers: ingest, isAdmitted: true },
  ];
}
