import { z } from "zod";
import {
  importPack,
  listPacks,
  type PackDeps,
  PackGitInput,
  PackImport,
  PackName,
  PackRemove,
  PackRollback,
  previewGit,
  previewPath,
  readPackDetail,
  removePack,
  rollbackPack,
} from "../monitor/rule/pack/index.ts";
import type { Ctx } from "../organization/access/index.ts";
import { packsText, previewText, versionsText } from "./pack-text.ts";

const { ref, folder } = PackGitInput.shape;
const { version, reason } = PackRollback.shape;
/** What the command line may ask of rule packs. */
export const PackRequest = z.discriminatedUnion("verb", [
  z.object({
    verb: z.literal("import-pack"),
    kind: z.enum(["path", "git"]),
    /** An absolute path, or a repository's address. */
    from: z
      .string()
      .min(1)
      .max(4_000)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: "A path or address has no control characters." }),
    name: PackName.optional(),
    ref,
    folder,
    comment: PackImport.shape.comment,
    isPreview: z.boolean(),
  }),
  /** With a name, that pack's versions. */
  z.object({ verb: z.literal("list-packs"), name: PackName.optional() }),
  z.object({ verb: z.literal("rollback-pack"), name: PackName, version, reason }),
  z.object({ verb: z.literal("remove-pack"), name: PackName, reason: PackRemove.shape.reason }),
]);
export type PackRequest = z.infer<typeof PackRequest>;

const noteText = (note: string | undefined): string => (note === undefined ? "" : `${note}\n`);
/** A pack that is off stays off when a version comes. */
const stateText = (isEnabled: boolean): string =>
  isEnabled ? "which is in force" : "which will be in force once the pack is switched on: it is off";

/** Does it and says in words for a terminal what came of it. */
export async function obeyPacks(ctx: Ctx, packs: PackDeps, request: PackRequest): Promise<string> {
  if (request.verb === "list-packs") {
    if (request.name !== undefined) return versionsText(await readPackDetail(ctx, request.name));
    return packsText((await listPacks(ctx, packs)).items);
  }
  if (request.verb === "rollback-pack") return versionsText(await rollbackPack(ctx, request, packs));
  if (request.verb === "remove-pack") {
    const { name, note } = await removePack(ctx, request, packs);
    return `Pack ${name} is removed.\n${noteText(note)}`;
  }
  const { kind, from, name, ref, folder, comment, isPreview } = request;
  const preview =
    kind === "git"
      ? await previewGit(ctx, { url: from, ref, folder, name, isOwner: true }, packs)
      : await previewPath(ctx, { path: from, folder, name }, packs);
  const told = previewText(preview);
  // Nobody will come back for it: the next command reads anew.
  if (preview.isSame || isPreview) packs.staging.forget(preview.previewId);
  if (preview.isSame) return `${told}The version in force has exactly this content: nothing to import.\n`;
  if (isPreview) return `${told}Nothing was stored: this was a preview.\n`;
  const { current, isEnabled, note } = await importPack(ctx, { previewId: preview.previewId, comment }, packs);
  return `${told}Imported as version ${current.version}, ${stateText(isEnabled)}.\n${noteText(note)}`;
}
