import { decide, type Grant, type RoleName, type UnitTree } from "../../organization/access/index.ts";
import type { Preferences, RuleContent, Target } from "./contract.ts";
import { isMutable, type Matter, permissionFor, rankOf } from "./matter.ts";

export type Reader = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly unitId: string;
  readonly grants: readonly Grant[];
  readonly preferences: Preferences;
};
export type StoredRule = { readonly unitId: string; readonly content: RuleContent };
/** The group as it is while matters are routed. */
export type Standing = {
  readonly tree: UnitTree;
  readonly readers: ReadonlyMap<string, Reader>;
  readonly rules: readonly StoredRule[];
  /** Who has the rota now, then whose turns come next: the first who can be called is. */
  readonly onCall: (rotaId: string) => readonly string[];
  /** Who answers for the matter's incident. */
  readonly ownerOf: (matter: Matter) => string | undefined;
};

export type Timing = RuleContent["timing"];
export type Routed = {
  readonly people: ReadonlyMap<string, Timing>;
  readonly channels: ReadonlyMap<string, Timing>;
  readonly policies: ReadonlySet<string>;
};

/** Who hears of a matter: whom it names, and whom the rules of its unit and of those above say. Nobody hears of what they may not read. */
export function recipientsOf(matter: Matter, standing: Standing): Routed {
  const people = new Map<string, Timing>();
  const channels = new Map<string, Timing>();
  const policies = new Set<string>();
  const tell = (to: Map<string, Timing>, id: string, timing: Timing): void => {
    if (to.get(id) !== "now") to.set(id, timing);
  };
  for (const id of matter.people) if (mayHear(matter, standing, id)) tell(people, id, "now");
  for (const { content } of standing.rules.filter((rule) => applies(rule, matter, standing.tree))) {
    for (const target of content.targets) {
      if (target.kind === "channel") tell(channels, target.channelId, content.timing);
      else if (target.kind === "policy") policies.add(target.policyId);
      else
        for (const id of peopleOf(target, matter, standing))
          if (!isMuted(matter, standing, id) && mayHear(matter, standing, id)) tell(people, id, content.timing);
    }
  }
  if (matter.actorId !== null) people.delete(matter.actorId);
  return { people, channels, policies };
}

export function applies({ unitId, content }: StoredRule, matter: Matter, tree: UnitTree): boolean {
  const kinds: readonly string[] = content.kinds;
  return kinds.includes(matter.kind) && matter.severity >= rankOf(content.from) && tree.covers(unitId, matter.unitId);
}

/** People that a target means now. */
export function peopleOf(target: Target, matter: Matter, standing: Standing): readonly string[] {
  switch (target.kind) {
    case "person":
      return [target.personId];
    case "owner":
      return present(standing.ownerOf(matter));
    case "rota":
      return present(standing.onCall(target.rotaId).find((id) => mayHear(matter, standing, id)));
    case "role":
      return holdersOf(target.role, matter.unitId, standing);
    default:
      return [];
  }
}

const present = (id: string | undefined): readonly string[] => (id === undefined ? [] : [id]);

/** Holders whose grant reaches the unit, from wherever above. */
function holdersOf(role: RoleName, unitId: string, { readers, tree }: Standing): string[] {
  return [...readers.values()]
    .filter(({ grants }) => grants.some((grant) => grant.role === role && tree.covers(grant.unitId, unitId)))
    .map(({ id }) => id);
}

function isMuted(matter: Matter, { readers }: Standing, id: string): boolean {
  const muted: readonly string[] = readers.get(id)?.preferences.muted ?? [];
  return isMutable(matter.kind) && muted.includes(matter.kind);
}

/** Active people who hold the reading permission at the matter's unit. */
export function mayHear(matter: Matter, { readers, tree }: Standing, id: string): boolean {
  const reader = readers.get(id);
  if (reader === undefined) return false;
  const actor = { kind: "person", id, name: reader.name, grants: reader.grants } as const;
  return decide({ actor, tree }, permissionFor(matter.kind), matter.unitId);
}
