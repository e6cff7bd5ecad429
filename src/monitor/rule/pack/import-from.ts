import { basename } from "node:path";
import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import { requireGroupWide } from "../upkeep.ts";
import { PackName, type PackPreview, type PackSource } from "./contract.ts";
import { type PackDeps, previewPack } from "./service.ts";
import { readArchive } from "./source/archive.ts";
import { readPath } from "./source/directory.ts";
import { type GitWanted, readGit } from "./source/git.ts";
import { readGitUrl } from "./source/git-url.ts";

type Named = { readonly name?: string | undefined; readonly folder: string };

/** An archive that somebody uploads. `read` gives its bytes, within bounds, once the person may import at all. */
export async function previewArchive(
  ctx: Ctx,
  { name, folder, file, read }: Named & { readonly file: string; readonly read: () => Promise<Buffer> },
  deps: PackDeps,
): Promise<PackPreview> {
  requireGroupWide(ctx);
  const source = { kind: "archive", from: file, ...inFolder(folder) } as const;
  return await deps.staging.reading(async () => {
    const gathered = await readArchive(await read(), file, folder);
    return await previewPack(ctx, { name: nameFrom(name, file), source, gathered }, deps);
  });
}

/** A branch or tag of a repository. */
export async function previewGit(ctx: Ctx, wanted: Named & GitWanted, deps: PackDeps): Promise<PackPreview> {
  requireGroupWide(ctx);
  const { url: address, name: repository } = readGitUrl(wanted.url, { allowLocal: wanted.isOwner });
  const detail = { from: address, ref: wanted.ref, folder: wanted.folder };
  const target = { kind: "rule-pack", id: nameFrom(wanted.name, repository) };
  return await deps.staging.reading(async () => {
    // The server connects to where somebody said: that is in the record before it does, whatever comes of it.
    await ctx.change({ action: "rule-pack.read-git", target, detail }, async () => undefined);
    const { url, name: _, commit, ...gathered } = await readGit(wanted, deps.git);
    const { ref, folder } = wanted;
    const source: PackSource = { kind: "git", from: url, ...(ref !== "" && { ref }), commit, ...inFolder(folder) };
    return await previewPack(ctx, { name: target.id, source, gathered }, deps);
  });
}

/** A folder or archive of this machine, named by its owner on the command line. */
export async function previewPath(ctx: Ctx, { name, folder, path }: Named & { readonly path: string }, deps: PackDeps) {
  requireGroupWide(ctx);
  return await deps.staging.reading(async () => {
    const { kind, ...gathered } = await readPath(path, folder);
    const source = { kind, from: path, ...inFolder(folder) };
    return await previewPack(ctx, { name: nameFrom(name, basename(path)), source, gathered }, deps);
  });
}

const inFolder = (folder: string) => folder !== "" && { folder };

/** The name that was said, or one made of the file's or repository's. Errors: `invalid` when nothing is left of it. */
export function nameFrom(said: string | undefined, from: string): string {
  const made = from
    .toLowerCase()
    .replace(/\.(zip|tar|tgz|tar\.gz|git|ya?ml)$/, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 60);
  const parsed = PackName.safeParse(said ?? made);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid", said === undefined ? "Give the pack a name." : (parsed.error.issues[0]?.message ?? ""));
}
