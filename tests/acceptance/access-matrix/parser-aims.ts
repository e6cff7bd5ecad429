import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

const URL = "/api/v1/parsers";

/** Parsers are for the whole group: changing one needs source:write at its root, wherever the actor stands below. */
export function parserAims({ units }: Cast): Record<string, Aim> {
  const change =
    (url: string, payload: object): Aim =>
    () => ({ url, payload, needsAt: units.root });
  return {
    [`PUT ${URL}/:id :id`]: change(`${URL}/aimed`, { text: "parser: aimed", revision: 0 }),
    [`POST ${URL}/:id/publish :id`]: change(`${URL}/aimed/publish`, { revision: 1 }),
    [`POST ${URL}/:id/rollback :id`]: change(`${URL}/aimed/rollback`, { revision: 1, version: 1 }),
    [`POST ${URL}/:id/unpublish :id`]: change(`${URL}/aimed/unpublish`, { revision: 1, reason: "noise" }),
    [`POST ${URL}/:id/delete :id`]: change(`${URL}/aimed/delete`, { revision: 1, reason: "noise" }),
  };
}
