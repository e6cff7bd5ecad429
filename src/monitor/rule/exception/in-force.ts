import type { Ctx, UnitTree, UnitTreeSource } from "../../../organization/access/index.ts";
import type { StateDb } from "../../../platform/state/index.ts";
import type { ExceptionSpec } from "../../detect/index.ts";
import { markExpired, readDetectorExceptions, readJustExpired, type StoredException } from "./store.ts";

type Deps = {
  readonly state: StateDb;
  readonly tree: UnitTreeSource;
  readonly now: () => Date;
  /** For the audit rows of expiries. */
  readonly system: () => Promise<Ctx>;
  readonly apply: (exceptions: readonly ExceptionSpec[]) => void;
};

export type ExceptionsInForce = {
  /** Reads what is in force and hands it to the detector when it is something else than before. */
  refresh(): Promise<void>;
  /** Every minute: records what has expired, and picks up what other nodes and the group tree have changed. */
  tick(): Promise<void>;
};

/** Keeps the detector's exceptions equal to the stored ones. The detector itself stops each at its expiry. */
export function keepExceptionsInForce({ state, tree, now, system, apply }: Deps): ExceptionsInForce {
  let applied = "[]";
  const readAndApply = async (): Promise<void> => {
    const units = await tree.current();
    const specs = (await readDetectorExceptions(state, now())).map((row) => specOf(row, units));
    const text = JSON.stringify(specs);
    if (text === applied) return;
    apply(specs);
    applied = text;
  };
  // One after another, so that an older reading never replaces a newer one.
  let last: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    const next = last.then(readAndApply);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    refresh,
    tick: async () => {
      const ctx = await system();
      for (const row of await readJustExpired(state, now())) await recordExpiry(ctx, row);
      await refresh();
    },
  };
}

/** The root stands for every event, also of units that are not known yet. */
const specOf = (row: StoredException, units: UnitTree): ExceptionSpec => ({
  id: row.id,
  ruleIds: row.ruleIds,
  unitIds: row.unitId === units.rootId ? "any" : units.subtree(row.unitId),
  startsAtMs: row.startsAt.getTime(),
  expiresAtMs: row.expiresAt.getTime(),
  match: row.match,
});

class AlreadyRecorded extends Error {}

async function recordExpiry(ctx: Ctx, row: StoredException): Promise<void> {
  const detail = { rules: row.ruleIds, owner: row.ownerName, expiresAt: row.expiresAt.toISOString() };
  const entry = { action: "exception.expire", target: { kind: "exception", id: row.id }, unitId: row.unitId, detail };
  try {
    await ctx.change(entry, async (tx) => {
      if (!(await markExpired(tx, row.id, ctx.now()))) throw new AlreadyRecorded();
    });
  } catch (error) {
    if (!(error instanceof AlreadyRecorded)) throw error;
  }
}
