import type { FastifyInstance } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { OidcProvider } from "../platform/auth/index.ts";
import { createHttpServer } from "../platform/http/index.ts";
import { createLogger } from "../platform/log/index.ts";
import type { State } from "../platform/state/index.ts";
import { openTestState } from "../platform/state/testing.ts";
import { ROLE_NAMES } from "./access/contract.ts";
import type { AuditRecord, Grant, RoleName, WriteAudit } from "./access/index.ts";
import { createOrganization, type Organization } from "./organization.ts";
import { createPerson, invitePerson } from "./person/index.ts";
import { createToken } from "./token/index.ts";
import { createUnit } from "./unit/index.ts";

/** Cheap hashes: tests are about who may sign in, not about how long it takes to guess. */
const TEST_HASH_COST = { n: 2 ** 10, r: 8, p: 1 };
export const TEST_PASSWORD = "a long enough password";
export const TEST_ORGANIZATION_NAME = "櫓ホールディングス";

export type Credentials = Readonly<Record<string, string>>;

/** A small group, and somebody of each role whose grant is at `own`. */
export type Cast = {
  readonly units: { readonly root: string; readonly own: string; readonly child: string; readonly sibling: string };
  /** Headers of the first administrator: system administrator and CISO of the whole group. */
  readonly admin: Credentials;
  readonly adminId: string;
  /** Headers of somebody with the role at `own`; "integration" is an API token. */
  readonly roles: Readonly<Record<RoleName, Credentials>>;
  /** Headers of a person of `own` who holds no role. */
  readonly withoutRole: Credentials;
  /** Headers of an ingest token of `own`. */
  readonly ingest: Credentials;
};

/** Fills an empty installation through its own routes: first setup, then units, people and tokens. */
export async function createCast(organization: Organization, app: FastifyInstance): Promise<Cast> {
  const admin = await firstAdministrator(organization, app);
  const { deps } = organization;
  const ctx = await organization.contexts.system("test");
  const unitBelow = async (name: string, parentId: string) => {
    const input = {
      kind: "branch",
      name: { ja: name, en: name },
      parentId,
      country: "JP",
      timeZone: "Asia/Tokyo",
    } as const;
    return (await createUnit(ctx, deps, input)).id;
  };
  const { root } = admin;
  const own = await unitBelow("大阪支店", root);
  const sibling = await unitBelow("名古屋支店", root);
  const child = await unitBelow("大阪支店 営業部", own);
  const join = (name: string, grants: readonly Grant[]) => addPerson(organization, app, { name, unitId: own, grants });

  const roles: Partial<Record<RoleName, Credentials>> = {};
  for (const role of ROLE_NAMES) {
    const grants = [{ role, unitId: own }];
    roles[role] =
      role === "integration" ? await addToken(organization, own, grants) : (await join(role, grants)).headers;
  }
  return {
    units: { root, own, child, sibling },
    admin: admin.headers,
    adminId: admin.id,
    roles: complete(roles),
    withoutRole: (await join("no-role", [])).headers,
    ingest: await addToken(organization, own, []),
  };
}

/** A person with a password, signed in. */
export async function addPerson(
  organization: Organization,
  app: FastifyInstance,
  wanted: { name: string; unitId: string; grants: readonly Grant[] },
): Promise<{ id: string; email: string; headers: Credentials }> {
  const { deps } = organization;
  const ctx = await organization.contexts.system("test");
  const email = `${wanted.name}.${Math.random().toString(36).slice(2)}@example.co.jp`;
  const rest = { kana: null, romaji: null, locale: "ja" } as const;
  const { id } = await createPerson(ctx, deps, { ...wanted, ...rest, email, grants: [...wanted.grants] });
  const { token } = await invitePerson(ctx, deps, id);
  const payload = { token, password: TEST_PASSWORD };
  const answer = await app.inject({ method: "POST", url: "/api/v1/invitations/accept", payload });
  if (answer.statusCode !== 200) throw new Error(`invitation: ${answer.statusCode} ${answer.body}`);
  return { id, email, headers: cookieOf(answer.cookies) };
}

async function addToken(organization: Organization, unitId: string, grants: Grant[]): Promise<Credentials> {
  const ctx = await organization.contexts.system("test");
  const kind = grants.length === 0 ? "ingest" : "api";
  const input = { name: `${kind} token`, kind, unitId, grants, sourceId: null, expiresAt: null } as const;
  const { secret } = await createToken(ctx, organization.deps, input);
  return { authorization: `Bearer ${secret}` };
}

async function firstAdministrator(organization: Organization, app: FastifyInstance) {
  const setup = await organization.issueSetupToken();
  if (!setup) throw new Error("there is a person already");
  const payload = {
    token: setup.token,
    name: "髙橋 﨑子",
    email: "admin@example.co.jp",
    password: TEST_PASSWORD,
    organizationName: TEST_ORGANIZATION_NAME,
    locale: "ja",
  };
  const answer = await app.inject({ method: "POST", url: "/api/v1/setup", payload });
  if (answer.statusCode !== 201) throw new Error(`setup: ${answer.statusCode} ${answer.body}`);
  const { personId, unitId } = answer.json<{ personId: string; unitId: string }>();
  return { id: personId, root: unitId, headers: cookieOf(answer.cookies) };
}

export function cookieOf(cookies: readonly { name: string; value: string }[]): Credentials {
  return { cookie: cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ") };
}

function complete(roles: Partial<Record<RoleName, Credentials>>): Record<RoleName, Credentials> {
  for (const role of ROLE_NAMES) if (!roles[role]) throw new Error(`nobody has the role ${role}`);
  return roles as Record<RoleName, Credentials>;
}

export type TestHouse = {
  readonly state: State;
  readonly organization: Organization;
  readonly app: FastifyInstance;
  /** What was audited, in order; empty when another writer was given. */
  readonly audited: AuditRecord[];
  readonly close: () => Promise<void>;
};

/** The room on a real state engine behind a real HTTP server (reached by `inject`), still without any person. */
export async function openTestHouse(
  options: {
    routes?: readonly FastifyPluginAsyncZod[];
    writeAudit?: WriteAudit;
    publicUrl?: string;
    oidc?: readonly OidcProvider[];
    now?: () => Date;
  } = {},
): Promise<TestHouse> {
  const state = await openTestState();
  const log = createLogger("silent");
  const audited: AuditRecord[] = [];
  const remember: WriteAudit = async (_tx, record) => {
    audited.push(record);
  };
  const organization = createOrganization({
    state,
    log,
    writeAudit: options.writeAudit ?? remember,
    key: "a key for tests that is long enough, 43 chars",
    publicUrl: options.publicUrl,
    hashCost: TEST_HASH_COST,
    ...(options.oidc ? { oidc: options.oidc } : {}),
    ...(options.now ? { now: options.now } : {}),
  });
  const prepare = organization.guard.install;
  const app = await createHttpServer({ log, version: "0.0.0", prepare, publicUrl: options.publicUrl });
  const close = async () => {
    await app.close();
    await organization.close();
    await state.close();
  };
  try {
    await app.register(organization.routes);
    for (const routes of options.routes ?? []) await app.register(routes);
    await app.ready();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    state,
    organization,
    app,
    audited,
    close,
  };
}
