import { buildUnitTree, type Ctx, decide, type UnitTree } from "../../../organization/access/index.ts";
import { selectUnits } from "../../../organization/unit/index.ts";
import type { Reader } from "../recipients.ts";
import { readReaders } from "../rows.ts";
import { namedIn, type StoredRota } from "./rota-store.ts";

const treeOf = async (ctx: Ctx): Promise<UnitTree> =>
  buildUnitTree(await selectUnits(ctx.state, { includeArchived: true }));

function isReached(reader: Reader | undefined, tree: UnitTree, unitId: string): boolean {
  if (reader === undefined) return false;
  const { id, name, grants } = reader;
  return decide({ actor: { kind: "person", id, name, grants }, tree }, "incident:read", unitId);
}

/** Is the person active, and may they read what they would be called about? */
export async function mayBeCalled(ctx: Ctx, personId: string, unitId: string): Promise<boolean> {
  const readers = await readReaders(ctx.state, { ids: [personId] });
  return isReached(readers.get(personId), await treeOf(ctx), unitId);
}

/** By rota, the people named in it whom a call would not reach. */
export async function unreachableIn(
  ctx: Ctx,
  rotas: readonly StoredRota[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const readers = await readReaders(ctx.state, { ids: [...new Set(rotas.flatMap(namedIn))] });
  const tree = await treeOf(ctx);
  return new Map(
    rotas.map((rota) => [rota.id, namedIn(rota).filter((id) => !isReached(readers.get(id), tree, rota.unitId))]),
  );
}
