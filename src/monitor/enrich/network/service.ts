import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import { type Ctx, isInScope, type UnitTreeSource } from "../../../organization/access/index.ts";
import { canonicalCidr } from "../address/networks.ts";
import { MAX_NETWORKS, type Network, type NetworkInput, type NetworkList } from "./contract.ts";
import type { StoredNetwork } from "./schema.ts";
import { countNetworks, deleteNetwork, hasNetwork, insertNetwork, readNetwork, readNetworks } from "./store.ts";

export type NetworkDeps = {
  readonly tree: UnitTreeSource;
  /** Hands what is declared now to the threads. */
  readonly onChanged: () => Promise<void>;
};

/** Networks of the units that the person sees sources of, and of units above: those hold there too. */
export async function listNetworks(ctx: Ctx, deps: NetworkDeps): Promise<NetworkList> {
  const visible = await visibleTo(ctx, deps);
  const items = (await readNetworks(ctx.state)).filter(visible).map((row) => viewOf(ctx, row));
  return { items, total: items.length };
}

/** Errors: `invalid` for what is no network and for unknown units, `conflict` for a network twice, `over_limit`, `forbidden`. */
export async function addNetwork(ctx: Ctx, input: NetworkInput, deps: NetworkDeps): Promise<Network> {
  ctx.require("source:write", input.unitId);
  if (!(await deps.tree.current()).has(input.unitId)) throw new AppError("invalid", "There is no such unit.");
  const cidr = canonicalCidr(input.cidr.normalize("NFKC"));
  if (cidr === undefined)
    throw new AppError("invalid", "This is no network. Write it like 10.0.0.0/8 or 2001:db8::/32.", {
      cidr: input.cidr,
    });
  const now = ctx.now();
  const row: StoredNetwork = {
    ...{ id: newId("network", now.getTime()), cidr, name: input.name, unitId: input.unitId },
    ...{ createdByName: ctx.actor.name, createdAt: now },
  };
  await ctx.change(entryOf("add", row), async (tx) => {
    if ((await countNetworks(tx)) >= MAX_NETWORKS)
      throw new AppError("over_limit", `There are already ${MAX_NETWORKS} networks.`);
    if (await hasNetwork(tx, row.unitId, cidr))
      throw new AppError("conflict", "The unit has this network already. Remove it first to give it another name.");
    await insertNetwork(tx, row);
  });
  await deps.onChanged();
  return viewOf(ctx, row);
}

/** Events keep the name that they were given. Errors: `not_found`, `forbidden`. */
export async function removeNetwork(ctx: Ctx, id: string, deps: NetworkDeps): Promise<void> {
  const row = await readNetwork(ctx.state, id);
  const notFound = new AppError("not_found", "There is no such network.", { id });
  if (row === undefined || !(await visibleTo(ctx, deps))(row)) throw notFound;
  ctx.require("source:write", row.unitId);
  await ctx.change(entryOf("remove", row), async (tx) => {
    if (!(await deleteNetwork(tx, id))) throw notFound;
  });
  await deps.onChanged();
}

async function visibleTo(ctx: Ctx, { tree }: NetworkDeps): Promise<(row: StoredNetwork) => boolean> {
  const scope = ctx.units("source:read");
  if (scope.all) return () => true;
  const units = await tree.current();
  return ({ unitId }) => scope.ids.includes(unitId) || scope.ids.some((id) => units.covers(unitId, id));
}

const entryOf = (verb: "add" | "remove", { id, cidr, name, unitId }: StoredNetwork) => ({
  action: `network.${verb}`,
  target: { kind: "network", id },
  unitId,
  detail: { cidr, name },
});

const viewOf = (ctx: Ctx, { createdByName, createdAt, ...row }: StoredNetwork): Network => ({
  ...row,
  createdBy: createdByName,
  createdAt: createdAt.toISOString(),
  mayChange: isInScope(ctx.units("source:write"), row.unitId),
});
