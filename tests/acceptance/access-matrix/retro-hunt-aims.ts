import type { RunningServer } from "../../../src/app/server.ts";
import type { RoleName } from "../../../src/organization/access/contract.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

const URL = "/api/v1/retro-hunts";
const RANGE = { from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T01:00:00.000Z" };
const RULE = `title: x
logsource: { product: linux }
detection: { selection: { Image: x }, condition: selection }
`;

/** A hunt belongs to who started it, and is there for as long as they may read every unit that it searched. */
export function retroHuntAims(server: RunningServer, { roles, units }: Cast): Record<string, Aim> {
  let serial = 0;
  const huntOf = async (role: RoleName, unitId: string): Promise<string> => {
    const me = await server.app.inject({ url: "/api/v1/me", headers: roles[role] });
    const id = `hunt_${++serial}`;
    await server.state.db.execute(
      `INSERT INTO retro_hunt (id, rule_id, rule_title, rule_level, rule_text, from_at, to_at, unit_ids, status,
         searched_from, found, problem, owner_id, owner_name, created_at, finished_at)
       VALUES ('${id}', 'r', 'r', 'low', '', '${RANGE.from}', '${RANGE.to}', ARRAY['${unitId}'], 'done', '${RANGE.from}',
         '{"matched":0,"byDay":[],"entities":[],"samples":[],"isCapped":false}', '', '${me.json().id}', 'o', now(), now())`,
    );
    return id;
  };
  const one =
    (suffix: string): Aim =>
    async (unitId, role) => ({ url: `${URL}/${await huntOf(role, unitId)}${suffix}` });
  return {
    [`GET ${URL}/:id :id`]: one(""),
    [`POST ${URL}/:id/cancel :id`]: one("/cancel"),
    // Asked about a unit it searches what one may read below it, so the root is answered for one's own units.
    [`POST ${URL} unit`]: (unitId) => ({
      url: URL,
      payload: { ...RANGE, text: RULE, unit: unitId },
      ...(unitId === units.root && { needsAt: units.own }),
    }),
  };
}
