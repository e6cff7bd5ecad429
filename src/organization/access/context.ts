import { AppError } from "../../kernel/errors.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { State, StateDb, StateTx } from "../../platform/state/index.ts";
import type { Permission } from "./contract.ts";
import { type Actor, decide, scopeOf, type UnitScope } from "./decide.ts";
import type { UnitTreeSource } from "./unit-tree.ts";

/** What happened, to what, where: `action` is `thing.verb`. `detail` must hold no secret. */
export type AuditEntry = {
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly unitId?: string;
  readonly detail?: Record<string, unknown>;
};

/** What to record, told from what was done; at least one entry. */
type TellEntries<T> = (done: T) => readonly [AuditEntry, ...AuditEntry[]];

/** An entry with who, when and from where; the evidence room writes it. */
export type AuditRecord = AuditEntry & {
  readonly actor: Pick<Actor, "kind" | "id" | "name">;
  readonly at: Date;
  readonly requestId?: string;
  readonly ip?: string;
};
export type WriteAudit = (tx: StateTx, record: AuditRecord) => Promise<void>;

export type Ctx = {
  readonly actor: Actor;
  /** For reads. */
  readonly state: StateDb;
  /**
   * The only way to write state: runs `work` in a transaction and writes the audit row in the same one. An entry that can only be told
   * from what was done is told from its result, one row for each unit that it touched.
   */
  change<T>(entry: AuditEntry | TellEntries<T>, work: (tx: StateTx) => Promise<T>): Promise<T>;
  /** Where the actor holds the permission, subtrees expanded. */
  units(permission: Permission): UnitScope;
  /** Errors: `forbidden` when the actor does not hold the permission at the unit (anywhere, without a unit). */
  require(permission: Permission, unitId?: string): void;
  now(): Date;
  readonly log: Pick<Logger, "info" | "warn">;
};

/** Where a request came from, for the audit row. */
export type Origin = { readonly requestId?: string; readonly ip?: string };

export type ContextFactory = {
  /** The context of an actor, with the group tree as it is now. */
  of(actor: Actor, origin?: Origin): Promise<Ctx>;
  /** Yagura itself: jobs and the command line. May do everything; `name` is what the audit row shows. */
  system(name: string, origin?: Origin): Promise<Ctx>;
  /** Nobody in particular: may do nothing that needs a permission. */
  nobody(origin?: Origin): Ctx;
};

export type ContextDeps = {
  readonly state: State;
  readonly tree: UnitTreeSource;
  readonly writeAudit: WriteAudit;
  readonly log: Logger;
  readonly now?: () => Date;
};

const NOBODY: Actor = { kind: "system", id: "nobody", name: "nobody", grants: [], limit: [] };

export function createContextFactory(deps: ContextDeps): ContextFactory {
  return {
    async of(actor, origin = {}) {
      const standing = { actor, tree: await deps.tree.current() };
      return {
        ...base(deps, actor, origin),
        units: (permission) => scopeOf(standing, permission),
        require: (permission, unitId) => {
          if (!decide(standing, permission, unitId)) throw forbidden(permission, unitId);
        },
      };
    },
    async system(name, origin = {}) {
      return { ...base(deps, { kind: "system", id: name, name, grants: [] }, origin), ...EVERYTHING };
    },
    nobody(origin = {}) {
      return { ...base(deps, NOBODY, origin), ...NOTHING };
    },
  };
}

const EVERYTHING: Pick<Ctx, "units" | "require"> = { units: () => ({ all: true }), require: () => undefined };
const NOTHING: Pick<Ctx, "units" | "require"> = {
  units: () => ({ all: false, ids: [] }),
  require: (permission, unitId) => {
    throw forbidden(permission, unitId);
  },
};

function base(deps: ContextDeps, actor: Actor, origin: Origin): Omit<Ctx, "units" | "require"> {
  const now = deps.now ?? (() => new Date());
  return {
    actor,
    state: deps.state.db,
    change: (entry, work) =>
      deps.state.transaction(async (tx) => {
        const result = await work(tx);
        const { kind, id, name } = actor;
        const at = now();
        for (const one of typeof entry === "function" ? entry(result) : [entry])
          await deps.writeAudit(tx, { ...one, ...origin, actor: { kind, id, name }, at });
        return result;
      }),
    now,
    log: deps.log,
  };
}

export function forbidden(permission: Permission, unitId?: string): AppError {
  const where = unitId === undefined ? "" : " for this unit";
  return new AppError("forbidden", `This needs the permission ${permission}${where}.`, {
    permission,
    ...(unitId === undefined ? {} : { unitId }),
  });
}
