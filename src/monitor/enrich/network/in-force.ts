import type { UnitTreeSource } from "../../../organization/access/index.ts";
import type { StateDb } from "../../../platform/state/index.ts";
import type { DeclaredNetwork } from "../address/networks.ts";
import { readNetworks } from "./store.ts";

type Deps = {
  readonly state: StateDb;
  readonly tree: UnitTreeSource;
  readonly apply: (networks: readonly DeclaredNetwork[]) => void;
};

/**
 * Keeps the threads' networks equal to the stored ones. The function returned reads them and hands them on when they are others than
 * before: after each change here, and from time to time for changes of the group tree and of other nodes.
 */
export function keepNetworksInForce({ state, tree, apply }: Deps): () => Promise<void> {
  let applied = "[]";
  // One after another, so that an older reading never replaces a newer one.
  let last: Promise<void> = Promise.resolve();
  const read = async (): Promise<void> => {
    const units = await tree.current();
    const networks = (await readNetworks(state)).map(({ cidr, name, unitId }): DeclaredNetwork => {
      // The root stands for every event, also of units that are not known yet.
      const unitIds = unitId === units.rootId ? "any" : units.subtree(unitId);
      return { cidr, name, unitId, unitIds };
    });
    const text = JSON.stringify(networks);
    if (text === applied) return;
    apply(networks);
    applied = text;
  };
  return () => {
    const next = last.then(read);
    last = next.catch(() => undefined);
    return next;
  };
}
