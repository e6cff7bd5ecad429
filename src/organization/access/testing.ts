import { text as textOf } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import type { RoleName } from "./contract.ts";
import { type Access, decide, type GuardedRoute, type UnitTree } from "./index.ts";
import { objectParameters } from "./object-parameters.ts";

/** A request that aims at one unit, such as reading something that belongs to it. */
export type Aimed = {
  readonly url: string;
  readonly payload?: object;
  /** Where the permission is needed, when that is not the unit itself (moving needs it at the parent). */
  readonly needsAt?: string;
  /** For a route that leaves out what one may not see instead of refusing: does its answer tell of the target? */
  readonly tellsOf?: (answer: string) => boolean;
};
/** Makes the request of that role at a target that nobody has changed yet. One that takes no role aims every role alike. */
export type Aim = (unitId: string, role: RoleName) => Promise<Aimed> | Aimed;

export type MatrixFixtures = {
  readonly routes: readonly GuardedRoute[];
  readonly tree: UnitTree;
  /** `root > own > child`, `root > sibling`; every role is granted at `own`. */
  readonly units: { readonly root: string; readonly own: string; readonly child: string; readonly sibling: string };
  readonly roles: Readonly<Record<RoleName, Readonly<Record<string, string>>>>;
  readonly withoutRole: Readonly<Record<string, string>>;
  /** `METHOD /url parameter`, for each parameter that `objectParameters` finds, to requests aimed at a unit by it. */
  readonly aims: Readonly<Record<string, Aim>>;
  /** The same key to the reason why that parameter names no object of a unit. */
  readonly unaimed: Readonly<Record<string, string>>;
};

export type MatrixReport = {
  readonly cells: number;
  readonly routes: number;
  /** One sentence for each cell that went against the permission table. */
  readonly failures: readonly string[];
  /** Keys that have neither an aim nor a reason: a new route must say where its objects are. */
  readonly missing: readonly string[];
  /** Aims and reasons of no registered parameter, and reasons beside an aim: a typo would otherwise test nothing. */
  readonly unused: readonly string[];
};

type Verdict = "unauthenticated" | "refused" | "admitted";

/**
 * Sends every route every role, and nobody, and compares with the permission table. At the door: 401 without a
 * sign-in, 403 without the permission, anything else with it. Aimed at own, child, sibling and parent unit by each
 * parameter that names an object: 403, 404 or an answer without the object outside the reach of the role, inside none of them.
 */
export async function routeMatrix(app: FastifyInstance, fixtures: MatrixFixtures): Promise<MatrixReport> {
  const failures: string[] = [];
  let cells = 0;
  const check = (title: string, expected: Verdict, actual: Answer) => {
    cells += 1;
    if (actual.verdict !== expected) failures.push(`${title}: expected ${expected}, answered ${actual.status}`);
  };
  const routes = fixtures.routes.filter((route) => route.method !== "HEAD" && route.method !== "OPTIONS");
  for (const route of routes) {
    for (const cell of doorCells(fixtures, route)) {
      check(cell.title, cell.expected, await send(app, route, { url: doorUrl(route) }, cell.headers));
    }
    const targets = createTargets();
    for (const cell of unitCells(fixtures, route)) {
      const aimed = await targets.of(cell);
      const isAdmitted = isAllowed(fixtures, route.access, cell.role, aimed.needsAt ?? cell.unitId);
      if (isAdmitted && route.method !== "GET") targets.spend(cell);
      const actual = await send(app, route, aimed, fixtures.roles[cell.role]);
      const verdict = isReached(aimed, actual) ? actual.verdict : "refused";
      check(cell.title, isAdmitted ? "admitted" : "refused", { ...actual, verdict });
    }
  }
  return { cells, routes: routes.length, failures, ...coverage(fixtures, routes) };
}

type UnitCell = { readonly aim: Aim; readonly unitId: string; readonly role: RoleName };

/**
 * What has been aimed at on one route. Making a target costs far more than the request that aims at it, and what is read or refused stays
 * as it was: roles share a target until one of them has changed it.
 */
function createTargets() {
  const made = new Map<Aim, Map<string, Aimed>>();
  const nameOf = ({ aim, unitId, role }: UnitCell) => (aim.length < 2 ? unitId : `${unitId} ${role}`);
  return {
    async of(cell: UnitCell): Promise<Aimed> {
      const known = made.get(cell.aim) ?? new Map<string, Aimed>();
      made.set(cell.aim, known);
      const aimed = known.get(nameOf(cell)) ?? (await cell.aim(cell.unitId, cell.role));
      known.set(nameOf(cell), aimed);
      return aimed;
    },
    spend(cell: UnitCell): void {
      made.get(cell.aim)?.delete(nameOf(cell));
    },
  };
}

function coverage({ aims, unaimed }: MatrixFixtures, routes: readonly GuardedRoute[]) {
  const known = new Set(routes.flatMap(keysOf));
  const given = [...Object.keys(aims), ...Object.keys(unaimed)];
  return {
    missing: [...known].filter((key) => !given.includes(key)),
    unused: given.filter((key, at) => !known.has(key) || given.indexOf(key) !== at),
  };
}

/** What is hidden is answered as if it were not there, by 404 or by leaving it out. */
function isReached({ tellsOf }: Aimed, { status, text }: Answer): boolean {
  return status !== 404 && (tellsOf === undefined || status >= 400 || tellsOf(text));
}

const keyOf = (route: GuardedRoute) => `${route.method} ${route.url}`;
const keysOf = (route: GuardedRoute) => objectParameters(route).map((name) => `${keyOf(route)} ${name}`);

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
  const places = Object.entries(fixtures.units).map(([name, unitId]) => ({
    place: name === "root" ? "the parent" : name,
    unitId,
  }));
  return keysOf(route).flatMap((key) => {
    const aim = fixtures.aims[key];
    if (!aim) return [];
    // A role that the door refuses is refused before anybody looks for the target.
    const admitted = roleNames(fixtures).filter((role) => isAllowed(fixtures, route.access, role));
    return admitted.flatMap((role) =>
      places.map(({ place, unitId }) => ({ title: `${key} by ${role} aimed at ${place}`, aim, role, unitId })),
    );
  });
}

/** Parameters name something that does not exist: the door is passed or not before anybody looks for it. */
function doorUrl(route: GuardedRoute): string {
  return route.url.replace(/:[A-Za-z]+/g, "none").replace("*", "none");
}

type Answer = { readonly verdict: Verdict; readonly status: number; readonly text: string };

async function send(
  app: FastifyInstance,
  route: GuardedRoute,
  aimed: Aimed,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
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
  const text = aimed.tellsOf ? await textOf(answer.stream()) : "";
  answer.stream().destroy();
  return { verdict: verdictOf(answer.statusCode), status: answer.statusCode, text };
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
