import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { RuleCatalog } from "./catalog.ts";

export type ReloadDeps = {
  readonly catalog: Pick<RuleCatalog, "refresh">;
  /** Called after every change, so that the pipeline reloads. */
  readonly onRulesChanged: () => void;
  /** The pause before the rules are loaded again when that failed. */
  readonly retryMs?: number;
};

const RETRY_MS = 5_000;
const MAX_RETRIES = 60;
const NOT_YET =
  "This is stored, but the rules could not be loaded yet: those of before still run. Loading is tried again; the server's log says what failed.";

/**
 * Loads the rules after a change that is stored. A failure is no failure of the change: it is logged, loading is tried again, and
 * the answer has a note.
 */
export async function reload(ctx: Ctx, deps: ReloadDeps): Promise<{ note?: string }> {
  if (await isReloaded(ctx, deps)) return {};
  void again(ctx, deps);
  return { note: NOT_YET };
}

/** For an answer that shows what is loaded. Errors: `not_loaded` when the change is stored and loading is yet to succeed. */
export async function reloadOrTell(ctx: Ctx, deps: ReloadDeps): Promise<void> {
  const { note } = await reload(ctx, deps);
  if (note !== undefined) throw new AppError("not_loaded", note);
}

async function isReloaded({ log }: Ctx, { catalog, onRulesChanged }: ReloadDeps): Promise<boolean> {
  try {
    await catalog.refresh();
    onRulesChanged();
    return true;
  } catch (err) {
    log.warn({ err }, "a change of the rules is stored, but they could not be loaded; the last ones stay");
    return false;
  }
}

async function again(ctx: Ctx, deps: ReloadDeps): Promise<void> {
  for (let left = MAX_RETRIES; left > 0; left -= 1) {
    await pause(deps.retryMs ?? RETRY_MS);
    if (await isReloaded(ctx, deps)) return;
  }
}

/** Keeps no process alive. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
