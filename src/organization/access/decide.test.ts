import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { PERMISSIONS, type Permission, ROLE_NAMES, type RoleName } from "./contract.ts";
import { scopeOf } from "./decide.ts";
import { type Actor, buildUnitTree, decide, mayGrant, ROLES, roleViews } from "./index.ts";

// root ─ own ─ child ─ grandchild, and root ─ sibling
const tree = buildUnitTree([
  { id: "root", parentId: null },
  { id: "own", parentId: "root" },
  { id: "child", parentId: "own" },
  { id: "grandchild", parentId: "child" },
  { id: "sibling", parentId: "root" },
]);
const UNITS = ["root", "own", "child", "grandchild", "sibling"];
const holder = (role: RoleName, unitId = "own"): Actor => ({
  kind: "person",
  id: "p",
  name: "p",
  grants: [{ role, unitId }],
});

const actorArb = fc.record({
  kind: fc.constantFrom("person" as const, "token" as const),
  id: fc.constant("p"),
  name: fc.constant("p"),
  grants: fc.array(
    fc.record({ role: fc.constantFrom(...ROLE_NAMES), unitId: fc.constantFrom(...UNITS, "elsewhere") }),
    { maxLength: 4 },
  ),
});

describe("Who may do what where", () => {
  test.each<[RoleName, Permission, readonly string[]]>([
    ["analyst", "event:read", ["own", "child", "grandchild"]],
    ["executive", "event:read", []],
    ["executive", "alert:read", ["own", "child", "grandchild"]],
    ["supplier-contact", "alert:read", ["own"]],
    ["supplier-contact", "event:read", []],
    ["employee", "alert:read", []],
    ["auditor", "audit:read", ["own", "child", "grandchild"]],
    ["system-administrator", "alert:write", []],
  ])("%s holds %s at %j", (role, permission, expected) => {
    const standing = { actor: holder(role), tree };
    expect(UNITS.filter((unitId) => decide(standing, permission, unitId))).toEqual(expected);
  });

  it("gives the auditor every right to read and none to change", () => {
    expect(ROLES.auditor.permissions).toEqual(PERMISSIONS.filter((permission) => permission.endsWith(":read")));
  });

  it("lets the scope and the decision never disagree", () => {
    fc.assert(
      fc.property(actorArb, fc.constantFrom(...PERMISSIONS), (actor, permission) => {
        const scope = scopeOf({ actor, tree }, permission);
        for (const unitId of UNITS) {
          expect(decide({ actor, tree }, permission, unitId)).toBe(scope.all || scope.ids.includes(unitId));
        }
        expect(decide({ actor, tree }, permission)).toBe(scope.all || scope.ids.length > 0);
      }),
    );
  });

  it("never gives a unit that does not exist to anybody", () => {
    fc.assert(
      fc.property(actorArb, fc.constantFrom(...PERMISSIONS), (actor, permission) => {
        expect(decide({ actor, tree }, permission, "elsewhere")).toBe(false);
      }),
    );
  });

  it("never gives less when a grant is added", () => {
    fc.assert(
      fc.property(
        actorArb,
        fc.constantFrom(...ROLE_NAMES),
        fc.constantFrom(...PERMISSIONS),
        (actor, role, permission) => {
          const more = { ...actor, grants: [...actor.grants, { role, unitId: "child" }] };
          for (const unitId of UNITS) {
            if (decide({ actor, tree }, permission, unitId))
              expect(decide({ actor: more, tree }, permission, unitId)).toBe(true);
          }
        },
      ),
    );
  });

  it("holds a limited token to its limit, whatever its grants say", () => {
    const token: Actor = { ...holder("integration"), kind: "token", limit: ["event:ingest"] };
    const held = PERMISSIONS.filter((permission) => decide({ actor: token, tree }, permission, "own"));
    expect(held).toEqual(["event:ingest"]);
  });

  it("lets authority over a role reach down the tree, never up or sideways, and tokens have none", () => {
    const at = (actor: Actor) => UNITS.filter((unitId) => mayGrant({ actor, tree }, "analyst", unitId));
    expect(at(holder("system-administrator"))).toEqual(["own", "child", "grandchild"]);
    expect(at(holder("ciso"))).toEqual(["own", "child", "grandchild"]);
    expect(at(holder("analyst"))).toEqual([]);
    expect(at({ ...holder("system-administrator"), kind: "token" })).toEqual([]);
    expect(mayGrant({ actor: holder("ciso"), tree }, "system-administrator", "own")).toBe(false);
  });

  it("shows the whole table in both languages", () => {
    const views = roleViews();
    expect(views.map((view) => view.role)).toEqual([...ROLE_NAMES]);
    for (const { name, purpose } of views) expect([name.ja, name.en, purpose.ja, purpose.en].every(Boolean)).toBe(true);
  });
});

describe("A broken tree", () => {
  it("with a circle ends and covers nothing above itself", () => {
    const circle = buildUnitTree([
      { id: "root", parentId: null },
      { id: "a", parentId: "b" },
      { id: "b", parentId: "a" },
    ]);
    expect(circle.covers("root", "a")).toBe(false);
    expect([...circle.subtree("a")].sort()).toEqual(["a", "b"]);
  });
});
