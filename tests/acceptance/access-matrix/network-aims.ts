import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";

/** Networks belong to the unit whose addresses they name. */
export function networkAims(server: RunningServer): Record<string, Aim> {
  let serial = 0;
  const next = (): string => `10.${(serial >> 8) & 255}.${serial++ & 255}.0/24`;
  const networkIn = async (unitId: string): Promise<string> => {
    const id = `network_${serial}`;
    await server.state.db.execute(
      `INSERT INTO network (id, cidr, name, unit_id, created_by_name, created_at)
       VALUES ('${id}', '${next()}', 'n', '${unitId}', 'o', now())`,
    );
    return id;
  };
  return {
    "POST /api/v1/networks unitId": (unitId) => ({
      url: "/api/v1/networks",
      payload: { cidr: next(), name: "office", unitId },
    }),
    "DELETE /api/v1/networks/:id :id": async (unitId) => ({ url: `/api/v1/networks/${await networkIn(unitId)}` }),
  };
}
