import { type Ctx, rowsByUnit } from "../../organization/access/index.ts";
import type { Span } from "./store.ts";

type Taken = {
  readonly what: "units" | "rules";
  readonly format: "csv" | "pdf";
  readonly query: Readonly<Record<string, unknown>>;
  readonly range: Span;
  /** Whose figures the file holds; none = all that its reader sees. */
  readonly units: readonly string[];
};

/** A board that leaves as a file, told in each unit whose figures it holds; where none is named, in the units that its reader has a role in. */
export async function recordTaken(ctx: Ctx, { what, format, query, range, units }: Taken): Promise<void> {
  const own = ctx.actor.grants.map(({ unitId }) => unitId);
  const told = [...new Set(units.length > 0 ? units : own)];
  const { from, to } = range;
  const entry = {
    action: "dashboard.export",
    target: { kind: "dashboard", id: what },
    detail: { what, format, ...query, range: { from, to }, units: told.length },
  };
  await ctx.change(
    () =>
      rowsByUnit(
        told.map((unitId) => ({ unitId, count: 1 })),
        () => entry,
      ),
    async () => undefined,
  );
}
