import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";

/** How far the clock of a person's machine may be ahead of the server's. */
const MAX_AHEAD_MS = 2 * 60_000;

/** A moment that a person says was, in milliseconds; one a little ahead by their clock is now. Errors: `invalid` when it is still to come. */
export function pastMsOf(at: string, ctx: Pick<Ctx, "now">): number {
  const atMs = Date.parse(at);
  const nowMs = ctx.now().getTime();
  if (atMs > nowMs + MAX_AHEAD_MS) throw new AppError("invalid", "This moment is still to come.");
  return Math.min(atMs, nowMs);
}
