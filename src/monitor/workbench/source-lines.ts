import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type EventsDb, eventQuery } from "../../platform/events/index.ts";
import type { SourceLines } from "./contract.ts";

const linesOf = eventQuery(import.meta.url, "./queries/source-lines.sql", {
  params: z.object({
    sourceId: z.string(),
    failed: z.boolean(),
    fromMs: z.int(),
    toMs: z.int(),
    allUnits: z.boolean(),
    units: z.array(z.string()),
    limit: z.int(),
  }),
  row: z.object({ text: z.string(), problem: z.string(), receivedMs: z.coerce.number() }),
});

const RANGE_MS = 7 * 86_400_000;
const MAX_SECONDS = 15;

export type SourceLinesDeps = {
  readonly events: EventsDb;
  /** The unit that a source is of; undefined when there is no such source. */
  readonly unitOfSource: (id: string) => string | undefined;
};

/** The newest lines of a source, in the units whose events the person may read. Errors: `not_found`, also when it is not yours to see. */
export async function readSourceLines(
  ctx: Ctx,
  { id, failed, limit }: { id: string; failed: "yes" | "no"; limit: number },
  deps: SourceLinesDeps,
): Promise<SourceLines> {
  const scope = ctx.units("event:read");
  const unitId = deps.unitOfSource(id);
  if (unitId === undefined || !(scope.all || scope.ids.includes(unitId)))
    throw new AppError("not_found", "There is no such source, or it is not yours to see.");
  const toMs = ctx.now().getTime() + 1;
  const units = { allUnits: scope.all, units: scope.all ? [] : [...scope.ids] };
  const asked = { sourceId: id, failed: failed === "yes", fromMs: toMs - RANGE_MS, toMs, limit, ...units };
  const rows = await linesOf(deps.events, asked, { maxRows: limit, maxSeconds: MAX_SECONDS });
  return {
    items: rows.map(({ text, problem, receivedMs }) => ({
      text,
      problem,
      receivedAt: new Date(receivedMs).toISOString(),
    })),
  };
}
