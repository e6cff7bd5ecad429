import { and, asc, eq } from "drizzle-orm";
import type { StateDb, StateTx } from "../../../platform/state/index.ts";
import { MAX_NETWORKS } from "./contract.ts";
import { network, type StoredNetwork } from "./schema.ts";

export async function readNetworks(db: StateDb): Promise<StoredNetwork[]> {
  return await db.select().from(network).orderBy(asc(network.unitId), asc(network.cidr)).limit(MAX_NETWORKS);
}

export async function readNetwork(db: StateDb, id: string): Promise<StoredNetwork | undefined> {
  const [row] = await db.select().from(network).where(eq(network.id, id));
  return row;
}

export const countNetworks = async (tx: StateTx): Promise<number> => await tx.$count(network);

export async function hasNetwork(tx: StateTx, unitId: string, cidr: string): Promise<boolean> {
  return (await tx.$count(network, and(eq(network.unitId, unitId), eq(network.cidr, cidr)))) > 0;
}

export async function insertNetwork(tx: StateTx, row: StoredNetwork): Promise<void> {
  await tx.insert(network).values(row);
}

/** False when it is gone already. */
export async function deleteNetwork(tx: StateTx, id: string): Promise<boolean> {
  return (await tx.delete(network).where(eq(network.id, id)).returning({ id: network.id })).length > 0;
}
