import type { FastifyInstance } from "fastify";
import type { RoleName } from "./contract.ts";
import { type Access, decide, type GuardedRoute, type UnitTree } from "./index.ts";

/** A request that aims at one unit, such as reading something that belongs to it. */
export type Aimed = {
  readonly url: string;
  readonly payload?: object;
  /** Where the permission is needed, when that is not the unit itself (moving needs it at the parent). */
  readonly needsAt?: string;
};
/** Makes the request; called once per cell, so that each role meets a fresh target. */
export type Aim = (unitId: string) => Promise<Aimed> | Aimed;

export type MatrixFixtures = {
  readonly routes: readonly GuardedRoute[];
  readonly tree: UnitTree;
  /** `root > own > child`, `root > sibling`; every role is granted at `own`. */
  readonly units: { readonly root: string; readonly own: string; readonly child: string; readonly sibling: string };
  readonly roles: Readonly<Record<RoleName, Readonly<Record<string, string>>>>;
  readonly withoutRole: Readonly<Record<string, string>>;
  /** `METHOD /url` of a route to requests aimed at a unit. A route without one is tested at the door only. */
  readonly aims?: Readonly<Record<string, Aim>>;
};

export type MatrixReport = {
  readonly cells: number;
  readonly routes: number;
  /** One sentence for each cell that went against the permission table. */
  readonly failures: readonly string[];
  /** Aims that belong to no registered route: a typo would otherwise test nothing. */
  readonly unusedAims: readonly string[];
};

type Verdict = "unauthenticated" | "refused" | "admitted";

/**
 * Sends every route every role, and nobody, and compares with the permission table. At the door: 401 without a
 * sign-in, 403 without the permission, anything else with it. Aimed at own, child, sibling and parent unit: 403 or
 * 404 outside the reach of the role, neither inside.
 */
export async function routeMatrix(app: FastifyInstance, fixtures: MatrixFixtures): Promise<MatrixReport> {
  const failures: string[] = [];
  let cells = 0;
  const check = (title: string, expected: Verdict, actual: { verdict: Verdict; status: number }) => {
    cells += 1;
    if (actual.verdict !== expected) failures.push(`${title}: expected ${expected}, answered ${actual.status}`);
  };
  const routes = fixtures.routes.filter((route) => route.method !== "HEAD" && route.method !== "OPTIONS");
  for (const route of routes) {
    for (const cell of doorCells(fixtures, route)) {
      check(cell.title, cell.expected, await send(app, route, { url: doorUrl(route) }, cell.headers));
    }
    const aim = fixtures.aims?.[keyOf(route)];
    for (const cell of aim ? unitCells(fixtures, route) : []) {
      const aimed = await aim?.(cell.unitId);
      if (!aimed) continue;
      const expected = isAllowed(fixtures, route.access, cell.role, aimed.needsAt ?? cell.unitId)
        ? "admitted"
        : "refused";
      const actual = await send(app, route, aimed, fixtures.roles[cell.role]);
      const isHidden = actual.status === 404;
      check(cell.title, expected, isHidden ? { ...actual, verdict: "refused" } : actual);
    }
  }
  const known = new Set(routes.map(keyOf));
  const unusedAims = Object.keys(fixtures.aims ?? {}).filter((key) => !known.has(key));
  return { cells, routes: routes.length, failures, unusedAims };
}

const keyOf = (route: GuardedRoute) => `${route.method} ${route.url}`;

function isAllowed(fixtures: MatrixFixtures, access: Access, role: RoleName, unitId?: string): boolean {
  if (access === "public" || access === "signed-in") return true;
  return decide({ actor: actorOf(fixtures, role), tree: fixtures.tree }, access, unitId);
}

function actorOf(fixtures: MatrixFixtures, role: RoleName) {
  return { kind: "person", id: role, name: role, grants: [{ role, unitId: fixtures.units.own }] } as const;
}

const roleNames = (fixtures: MatrixFixtures) => Object.keys(fixtures.roles) as RoleName[];

function doorCells(fixtures: MatrixFixtures, route: GuardedRoute) {
  const { access } = route;
  const isPublic = access === "public";
  const withoutRole: Verdict = isPublic || access === "signed-in" ? "admitted" : "refused";
  const nobody: Verdict = isPublic ? "admitted" : "unauthenticated";
  return [
    { title: `${keyOf(route)} by nobody`, headers: {}, expected: nobody },
    {
      title: `${keyOf(route)} with a token that does not exist`,
      headers: { authorization: `Bearer ygr_${"0".repeat(43)}` },
      expected: nobody,
    },
    { title: `${keyOf(route)} by a person without a role`, headers: fixtures.withoutRole, expected: withoutRole },
    ...roleNames(fixtures).map((role) => ({
      title: `${keyOf(route)} by ${role}`,
      headers: fixtures.roles[role],
      expected: isAllowed(fixtures, access, role) ? ("admitted" as const) : ("refused" as const),
    })),
  ];
}

function unitCells(fixtures: MatrixFixtures, route: GuardedRoute) {
  return roleNames(fixtures).flatMap((role) =>
    Object.entries(fixtures.units).map(([name, unitId]) => ({
      title: `${keyOf(route)} by ${role} aimed at ${name === "root" ? "the parent" : name}`,
      role,
      unitId,
    })),
  );
}

/** Parameters name something that does not exist: the door is passed or not before anybody looks for it. */
function doorUrl(route: GuardedRoute): string {
  return route.url.replace(/:[A-Za-z]+/g, "none").replace("*", "none");
}

async function send(
  app: FastifyInstance,
  route: GuardedRoute,
  aimed: { readonly url: string; readonly payload?: object },
  headers: Readonly<Record<string, string>>,
): Promise<{ verdict: Verdict; status: number }> {
  const hasBody = route.method !== "GET" && route.method !== "DELETE";
  // As a stream, so that a live tail answers with its head and is then left.
  const answer = await app.inject({
    method: asMethod(route.method),
    url: aimed.url,
    headers: { ...headers },
    remoteAddress: nextAddress(),
    ...(hasBody ? { payload: aimed.payload ?? {} } : {}),
    payloadAsStream: true,
  });
  answer.stream().destroy();
  return { verdict: verdictOf(answer.statusCode), status: answer.statusCode };
}

let sent = 0;

/** Each request comes from an address of its own: so many wrong tokens from one would rightly be answered with 429. */
function nextAddress(): string {
  sent += 1;
  return `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`;
}

function verdictOf(status: number): Verdict {
  if (status === 401) return "unauthenticated";
  return status === 403 ? "refused" : "admitted";
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** Fastify registers under these alone once HEAD and OPTIONS are left out. */
function asMethod(method: string): Method {
  return method as Method;
}
