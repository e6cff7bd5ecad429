import type { Aim } from "../../../src/organization/access/testing.ts";

/** Units side by side below one unit, which must be the reader's. */
export function dashboardAims(): Record<string, Aim> {
  const below =
    (path: string): Aim =>
    (unitId) => ({ url: `${path}?unit=${unitId}` });
  return Object.fromEntries(
    ["", ".csv", ".pdf"].map((ending) => {
      const path = `/api/v1/dashboards/units${ending}`;
      return [`GET ${path} ?unit`, below(path)];
    }),
  );
}
