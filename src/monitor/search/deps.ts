import type { FastifyRequest } from "fastify";
import type { Ctx, UnitScope, UnitTreeSource } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";

/** All that reading events needs of a context: where one may look, and what time it is. */
export type Reader = Pick<Ctx, "units" | "now">;

export type TimeRange = { readonly fromMs: number; readonly toMs: number };

/** A step of the funnel that its owner counts, in the units the person may see. null = not counted (yet). */
type CountStep = (ctx: Ctx, range: TimeRange, units: UnitScope) => Promise<number | null>;

/** What finding events takes. */
export type EventAccess = Pick<SearchDeps, "events" | "tree">;

/** What search needs from elsewhere; `app/` wires it. */
export type SearchDeps = {
  readonly events: EventsDb;
  readonly tree: UnitTreeSource;
  readonly funnel: { readonly alerts: CountStep; readonly incidents: CountStep };
  /** What was deleted by policy of a range of time; absent where nothing ever is. */
  readonly deleted?: (
    range: TimeRange,
    units: UnitScope,
  ) => Promise<{ readonly events: number; readonly until: string } | undefined>;
  /** Asked every 15 seconds while a live tail is open: is the session or token of that request still good? */
  readonly isStillSignedIn: (request: FastifyRequest) => Promise<boolean>;
};
