import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gathered } from "../gather.ts";
import { checkedHost, NO_PIN } from "./git-host.ts";
import { Git, type GitSettings } from "./git-run.ts";
import { readTree } from "./git-tree.ts";
import { readGitRef, readGitUrl } from "./git-url.ts";
import { gitVersion } from "./git-version.ts";

export type GitWanted = {
  readonly url: string;
  readonly ref: string;
  readonly folder: string;
  /** The owner of this machine asks: paths of the machine and all hosts are theirs to name. */
  readonly isOwner: boolean;
};
export type GitGathered = Gathered & { readonly url: string; readonly name: string; readonly commit: string };

/**
 * The rule files of a branch, tag or default branch. Fetches one commit without a working tree, so that no hook, filter, submodule
 * or link of the repository does anything. Errors: `unavailable` without git; `upstream` with git's own words; `too_large`; `invalid`.
 */
export async function readGit(wanted: GitWanted, settings: GitSettings): Promise<GitGathered> {
  const url = readGitUrl(wanted.url, { allowLocal: wanted.isOwner });
  const ref = readGitRef(wanted.ref);
  const pin = wanted.isOwner ? NO_PIN : await checkedHost(url, settings);
  const place = await mkdtemp(join(tmpdir(), "yagura-git-"));
  const git = new Git(place, { url, settings, pin });
  try {
    await git.run([
      ...["clone", "--quiet", "--bare", "--depth=1", "--no-tags", "--single-branch", "--template="],
      ...(ref === "" ? [] : [`--branch=${ref}`]),
      ...["--", url.url, join(place, "repository")],
    ]);
    const commit = (await git.run(["-C", "repository", "rev-parse", "--verify", "HEAD^{commit}"])).trim();
    const gathered = await readTree(git, commit, wanted.folder);
    return { ...gathered, commit, url: url.url, name: url.name };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Whether there is a git at all. */
export const hasGit = async ({ environment }: GitSettings): Promise<boolean> =>
  (await gitVersion(environment)) !== undefined;
