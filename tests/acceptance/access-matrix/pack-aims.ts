import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

const URL = "/api/v1/rule-packs";

/** Packs are for the whole group: changing one needs rule:write at its root, wherever the actor stands below. */
export function packAims({ units }: Cast): Record<string, Aim> {
  const change =
    (url: string, payload: object): Aim =>
    () => ({ url, payload, needsAt: units.root });
  return {
    [`POST ${URL}/import previewId`]: change(`${URL}/import`, { previewId: "preview_1" }),
    [`POST ${URL}/:name/rollback :name`]: change(`${URL}/soc/rollback`, { version: 1, reason: "noise" }),
    [`POST ${URL}/:name/switch :name`]: change(`${URL}/soc/switch`, { isEnabled: false, reason: "noise" }),
    [`POST ${URL}/:name/remove :name`]: change(`${URL}/soc/remove`, { reason: "noise" }),
  };
}
