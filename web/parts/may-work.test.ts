import { describe, expect, it } from "vitest";
import type { RoleView } from "../api/organization.ts";
import type { VisibleUnit } from "../api/session.ts";
import { mayWork } from "./may-work.ts";

const role = (name: RoleView["role"], permissions: RoleView["permissions"], reach: RoleView["reach"] = "subtree") =>
  ({ role: name, permissions, reach }) as RoleView;
const unit = (id: string, parentId: string | null) => ({ id, parentId }) as VisibleUnit;
const group = {
  roles: [role("analyst", ["incident:read", "incident:write"]), role("auditor", ["incident:read"])],
  units: [unit("osaka", "root"), unit("osaka-sales", "osaka"), unit("kyoto", "root")],
};

describe("People who are offered", () => {
  it.each([
    ["an analyst of the unit", "analyst", "osaka", true],
    ["an analyst of a unit above", "analyst", "osaka", true],
    ["an analyst of a sibling", "analyst", "kyoto", false],
    ["an auditor of the unit", "auditor", "osaka", false],
    ["an analyst of a unit that one does not see", "analyst", "root", true],
  ] as const)("%s: %s", (_, name, unitId, expected) => {
    expect(mayWork([{ role: name, unitId }], "osaka-sales", group)).toBe(expected);
  });

  it("nobody without a role", () => expect(mayWork([], "osaka", group)).toBe(false));
});
