import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { AppError } from "../../../../kernel/errors.ts";
import type { Gathered } from "../gather.ts";
import { Git, type GitSettings } from "./git-run.ts";
import { readTree } from "./git-tree.ts";
import { type GitUrl, readGitRef, readGitUrl } from "./git-url.ts";

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
  const pin = wanted.isOwner ? [] : await checkedAddresses(url, settings);
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
export async function hasGit({ environment }: GitSettings): Promise<boolean> {
  const child = spawn("git", ["--version"], { env: { ...environment }, stdio: "ignore" });
  return await new Promise((resolve) =>
    child.once("error", () => resolve(false)).once("close", (code) => resolve(code === 0)),
  );
}

/** Ranges that are this machine or what stands beside it, such as the metadata service of a cloud. */
const CLOSE = new Set(["loopback", "linkLocal", "unspecified", "broadcast", "multicast", "reserved"]);

/**
 * The settings that keep git to the addresses that were looked at, so that a name cannot mean another machine a moment later.
 * Errors: `invalid` when the host is this machine or its link; `upstream` when nobody knows the name.
 */
async function checkedAddresses(url: GitUrl, { trustedHosts = [], environment }: GitSettings): Promise<string[]> {
  const isProxied = Object.keys(environment).some((name) => /^(https|all)_proxy$/i.test(name));
  if (url.transport === "file" || isProxied || trustedHosts.includes(url.host)) return [];
  const host = url.host.replace(/^\[|\]$/g, "");
  const found = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new AppError("upstream", `git could not fetch the rules: nobody knows the host ${host}.`, {}, cause);
  });
  const close = found.find(({ address }) => CLOSE.has(ipaddr.process(address).range()));
  if (close) {
    throw new AppError(
      "invalid",
      `${host} is ${close.address}, an address of the server itself: list the host under rules.gitHosts to allow it.`,
    );
  }
  if (url.transport !== "https" || ipaddr.isValid(host)) return [];
  const addresses = found.map(({ address }) => (address.includes(":") ? `[${address}]` : address)).join(",");
  return [`http.curloptResolve=${host}:${url.port || "443"}:${addresses}`];
}
