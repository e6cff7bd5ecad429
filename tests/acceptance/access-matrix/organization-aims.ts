import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Organization } from "../../../src/organization/index.ts";
import { createPerson } from "../../../src/organization/person/index.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { createToken } from "../../../src/organization/token/index.ts";
import { createUnit } from "../../../src/organization/unit/index.ts";

/** Units, people, tokens and the audit record. */
export function organizationAims(organization: Organization, { units }: Cast): Record<string, Aim> {
  const { deps } = organization;
  let serial = 0;
  const email = () => `matrix-${++serial}@example.jp`;
  const system = () => organization.contexts.system("test");

  const unitBelow = async (parentId: string): Promise<string> => {
    const input = { ...section(parentId), country: "JP", timeZone: "Asia/Tokyo" } as const;
    return (await createUnit(await system(), deps, input)).id;
  };
  const personOf = async (unitId: string): Promise<string> => {
    const input = { name: "対象", kana: null, romaji: null, email: email(), unitId, locale: "ja", grants: [] } as const;
    return (await createPerson(await system(), deps, { ...input, grants: [] })).id;
  };
  const tokenOf = async (unitId: string): Promise<string> => {
    const input = { name: "fw", kind: "ingest" as const, unitId, grants: [], sourceId: null, expiresAt: null };
    return (await createToken(await system(), deps, input)).token.id;
  };
  const unit =
    (verb: string): Aim =>
    async (unitId) => ({ url: `/api/v1/units/${await unitBelow(unitId)}/${verb}`, payload: { parentId: unitId } });
  const person =
    (suffix = "", payload = {}): Aim =>
    async (unitId) => ({ url: `/api/v1/people/${await personOf(unitId)}${suffix}`, payload });
  const newcomer = (unitId: string, grants: object[]) => ({ name: "新人", email: email(), unitId, grants });

  return {
    "GET /api/v1/units/:id :id": (unitId) => ({ url: `/api/v1/units/${unitId}` }),
    "POST /api/v1/units parentId": (unitId) => ({ url: "/api/v1/units", payload: section(unitId) }),
    "PATCH /api/v1/units/:id :id": (unitId) => ({ url: `/api/v1/units/${unitId}`, payload: { country: "JP" } }),
    "POST /api/v1/units/:id/move :id": unit("move"),
    "POST /api/v1/units/:id/move parentId": async (unitId) => ({
      url: `/api/v1/units/${await unitBelow(units.own)}/move`,
      payload: { parentId: unitId },
    }),
    "POST /api/v1/units/:id/archive :id": unit("archive"),
    "POST /api/v1/units/:id/restore :id": unit("restore"),
    "GET /api/v1/people ?unitId": (unitId) => ({ url: `/api/v1/people?unitId=${unitId}` }),
    "GET /api/v1/people/:id :id": person(),
    "POST /api/v1/people unitId": (unitId) => ({ url: "/api/v1/people", payload: newcomer(unitId, []) }),
    "POST /api/v1/people grants.unitId": (unitId) => ({
      url: "/api/v1/people",
      payload: newcomer(units.own, [{ role: "employee", unitId }]),
    }),
    "PATCH /api/v1/people/:id :id": async (unitId) => ({
      url: `/api/v1/people/${await personOf(unitId)}`,
      payload: { kana: "タイショウ", email: email() },
    }),
    "PATCH /api/v1/people/:id unitId": async (unitId) => ({
      url: `/api/v1/people/${await personOf(units.own)}`,
      payload: { unitId },
    }),
    "POST /api/v1/people/:id/invitation :id": person("/invitation"),
    "POST /api/v1/people/:id/deactivate :id": person("/deactivate"),
    "POST /api/v1/people/:id/reactivate :id": person("/reactivate"),
    "POST /api/v1/people/:id/reset-second-factor :id": person("/reset-second-factor"),
    "PUT /api/v1/people/:id/grants :id": async (unitId) => ({
      url: `/api/v1/people/${await personOf(unitId)}/grants`,
      payload: { grants: [{ role: "employee", unitId }] },
    }),
    "PUT /api/v1/people/:id/grants grants.unitId": async (unitId) => ({
      url: `/api/v1/people/${await personOf(units.own)}/grants`,
      payload: { grants: [{ role: "employee", unitId }] },
    }),
    "POST /api/v1/tokens unitId": (unitId) => ({
      url: "/api/v1/tokens",
      payload: { name: "fw", kind: "ingest", unitId },
    }),
    "POST /api/v1/tokens grants.unitId": (unitId) => ({
      url: "/api/v1/tokens",
      payload: { name: "soar", kind: "api", unitId: units.own, grants: [{ role: "analyst", unitId }] },
    }),
    "POST /api/v1/tokens/:id/revoke :id": async (unitId) => ({ url: `/api/v1/tokens/${await tokenOf(unitId)}/revoke` }),
    "GET /api/v1/audit ?unitId": (unitId) => ({ url: `/api/v1/audit?unitId=${unitId}` }),
  };
}

const section = (parentId: string) => ({ kind: "department", name: { ja: "課", en: "Section" }, parentId }) as const;
