import type { Ctx, Permission, UnitScope } from "../../organization/access/index.ts";
import { isInScope } from "../../organization/access/index.ts";
import type { LiveTopic } from "./contract.ts";
import type { News } from "./notice.ts";

const NEEDS: Readonly<Record<Exclude<LiveTopic, "notifications">, Permission>> = {
  alerts: "alert:read",
  incidents: "incident:read",
  incident: "incident:read",
  duties: "incident:read",
  sources: "source:read",
};

/** What one reader may hear of, as of the moment when it was made. */
export type Sight = {
  sees(news: News): boolean;
  /** Two sights of the same print see the same. */
  readonly print: string;
};

export function sightOf(ctx: Pick<Ctx, "actor" | "units">): Sight {
  const scopes = new Map<LiveTopic, UnitScope>();
  for (const [topic, permission] of Object.entries(NEEDS) as [LiveTopic, Permission][])
    scopes.set(topic, ctx.units(permission));
  const print = JSON.stringify([...scopes].map(([topic, scope]) => [topic, scope.all ? "*" : scope.ids.toSorted()]));
  return {
    sees({ topic, unit, person }) {
      if (topic === "notifications") return person !== null && person === ctx.actor.id;
      const scope = scopes.get(topic);
      return scope !== undefined && unit !== null && isInScope(scope, unit);
    },
    print,
  };
}
