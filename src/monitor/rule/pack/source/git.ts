import { type ChildProcessByStdio, spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import ipaddr from "ipaddr.js";
import { AppError } from "../../../../kernel/errors.ts";
import { type Gathered, Gatherer, printable } from "../gather.ts";
import { readTarStream } from "./archive.ts";
import { type GitUrl, readGitRef, readGitUrl } from "./git-url.ts";

export type GitSettings = {
  /** What git may see of this process's environment: PATH, proxy, agent of ssh. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts that may be fetched from although they are this machine or its link (127.0.0.1, 169.254.…). */
  readonly trustedHosts?: readonly string[];
  /** A fetch is given up after so long. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
};
export type GitWanted = {
  readonly url: string;
  readonly ref: string;
  readonly folder: string;
  /** The owner of this machine asks: paths of the machine and all hosts are theirs to name. */
  readonly isOwner: boolean;
};
export type GitGathered = Gathered & { readonly url: string; readonly name: string; readonly commit: string };

const TIMEOUT_MS = 180_000;
const MAX_BYTES = 256 << 20;
const WATCH_MS = 300;
const NOT_INSTALLED =
  "git is not installed where Yagura runs. Install it there, or download the rules as an archive and import that.";

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
    const gathered = await git.archive(commit, wanted.folder);
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

type Remote = { readonly url: GitUrl; readonly settings: GitSettings; readonly pin: readonly string[] };
type Child = ChildProcessByStdio<null, Readable, Readable>;

/** git, with everything off that a repository or a settings file could switch on. */
class Git {
  readonly #place: string;
  readonly #remote: Remote;

  constructor(place: string, remote: Remote) {
    this.#place = place;
    this.#remote = remote;
  }

  /** Its output. */
  async run(args: readonly string[]): Promise<string> {
    const child = this.#start(args);
    const output = textOf(child.stdout);
    await this.#finished(child);
    return await output;
  }

  async archive(commit: string, folder: string): Promise<Gathered> {
    const gatherer = new Gatherer();
    const child = this.#start(["-C", "repository", "archive", "--format=tar", commit]);
    const ending = this.#finished(child);
    // When reading fails first, git's own end is of no interest any more.
    ending.catch(() => undefined);
    try {
      await readTarStream(child.stdout, gatherer);
    } catch (error) {
      kill(child);
      throw error;
    }
    child.stdout.resume();
    await ending;
    return gatherer.done({ folder, isArchive: false });
  }

  #start(args: readonly string[]): Child {
    const config = this.#config().flatMap((one) => ["-c", one]);
    return spawn("git", [...config, ...args], {
      cwd: this.#place,
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: what git has started ends with it.
      detached: true,
    });
  }

  #config(): string[] {
    const { url, pin } = this.#remote;
    const hooks = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false"];
    const fetching = ["submodule.recurse=false", "fetch.recurseSubmodules=false", "http.followRedirects=false"];
    return [...hooks, ...fetching, "protocol.allow=never", `protocol.${url.transport}.allow=always`, ...pin];
  }

  #environment(): Record<string, string> {
    const { url, settings } = this.#remote;
    const login =
      url.login && `Authorization: Basic ${Buffer.from(`${url.login.user}:${url.login.password}`).toString("base64")}`;
    return {
      ...settings.environment,
      HOME: this.#place,
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "/bin/false",
      SSH_ASKPASS: "/bin/false",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_LFS_SKIP_SMUDGE: "1",
      GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oConnectTimeout=20 -oStrictHostKeyChecking=yes",
      // Arguments can be read by every user of a machine; the environment of a process by its owner alone.
      ...(login !== undefined && {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `http.https://${url.host}${url.port && `:${url.port}`}/.extraHeader`,
        GIT_CONFIG_VALUE_0: login,
      }),
    };
  }

  /** Waits for the end, within time and bytes. */
  async #finished(child: Child): Promise<void> {
    const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = this.#remote.settings;
    let given: AppError | undefined;
    const giveUp = (error: AppError): void => {
      given ??= error;
      kill(child);
    };
    const late = () => giveUp(new AppError("upstream", `git was given up after ${timeoutMs / 1000} seconds.`));
    const timer = setTimeout(late, timeoutMs);
    const watch = setInterval(() => {
      void bytesBelow(this.#place).then((bytes) => {
        if (bytes > maxBytes) giveUp(new AppError("too_large", `The repository is larger than ${maxBytes >> 20} MiB.`));
      });
    }, WATCH_MS);
    try {
      const [code, words] = await Promise.all([exitOf(child), wordsOf(child.stderr)]);
      if (given) throw given;
      if (code !== 0)
        throw new AppError("upstream", `git could not fetch the rules: ${told(words)}`, { reason: told(words) });
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
    }
  }
}

function exitOf(child: Child): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(cause.code === "ENOENT" ? new AppError("unavailable", NOT_INSTALLED, { missing: "git" }, cause) : cause),
    );
  });
}

function kill({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const MAX_WORDS = 16 * 1024;
async function wordsOf(stream: Readable): Promise<string> {
  let words = "";
  for await (const chunk of stream) words = (words + String(chunk)).slice(-MAX_WORDS);
  return words;
}

/** git's last words: they tell what is wrong, and hold no password, as git was given none in the address. */
function told(words: string): string {
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh): /.test(line));
  const text = (telling.length > 0 ? telling : lines)
    .slice(0, 3)
    .map((line) => line.replace(/^fatal: /, ""))
    .join(" · ");
  return printable(text === "" ? "it said nothing" : text);
}

async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
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
