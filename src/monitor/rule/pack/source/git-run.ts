import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../../kernel/errors.ts";
import { printable } from "../gather.ts";
import type { GitUrl } from "./git-url.ts";

/** What keeps git to the addresses that were looked at: its own settings, and options of ssh. */
export type Pin = { readonly config: readonly string[]; readonly ssh: readonly string[] };
export type GitSettings = {
  /** What git may see of this process's environment: PATH, proxy, agent of ssh. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts that may be fetched from although they are this machine or its link (127.0.0.1, 169.254.…). */
  readonly trustedHosts?: readonly string[];
  /** A fetch is given up after so long. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
};

const TIMEOUT_MS = 180_000;
const MAX_BYTES = 256 << 20;
const WATCH_MS = 300;
const NOT_INSTALLED =
  "git is not installed where Yagura runs. Install it there, or download the rules as an archive and import that.";

type Remote = { readonly url: GitUrl; readonly settings: GitSettings; readonly pin: Pin };
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** git, with everything off that a repository or a settings file could switch on. */
export class Git {
  readonly #place: string;
  readonly #remote: Remote;

  constructor(place: string, remote: Remote) {
    this.#place = place;
    this.#remote = remote;
  }

  /** Its output. */
  run(args: readonly string[]): Promise<string> {
    return this.read(args, textOf);
  }

  /** What `use` makes of its output; what it throws besides AppErrors means that the output is broken. `lines`: git's input. */
  async read<T>(
    args: readonly string[],
    use: (output: Readable) => Promise<T>,
    lines: Iterable<string> = [],
  ): Promise<T> {
    const child = this.#start(args);
    const ending = this.#finished(child);
    ending.catch(() => undefined);
    // A git that ended before it has read all says so by how it ended.
    pipeline(Readable.from(lines), child.stdin).catch(() => undefined);
    let used: T;
    try {
      used = await use(child.stdout);
    } catch (error) {
      kill(child);
      if (error instanceof AppError) throw error;
      // Why git was stopped tells more than that its output was cut.
      await ending;
      throw new AppError("upstream", "git's answer about the rules could not be read.", {}, error);
    }
    child.stdout.resume();
    await ending;
    return used;
  }

  #start(args: readonly string[]): Child {
    const config = this.#config().flatMap((one) => ["-c", one]);
    return spawn("git", [...config, ...args], {
      cwd: this.#place,
      env: this.#environment(),
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own: what git has started ends with it.
      detached: true,
    });
  }

  #config(): string[] {
    const { url, pin } = this.#remote;
    const hooks = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false"];
    // What is larger than any rule file is streamed, and packs stay packed.
    const memory = ["core.bigFileThreshold=2m", "fetch.unpackLimit=1", "pack.threads=1"];
    const fetching = ["submodule.recurse=false", "fetch.recurseSubmodules=false", "http.followRedirects=false"];
    return [
      ...hooks,
      ...memory,
      ...fetching,
      "protocol.allow=never",
      `protocol.${url.transport}.allow=always`,
      ...pin.config,
    ];
  }

  #environment(): Record<string, string> {
    const { url, settings, pin } = this.#remote;
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
      GIT_NO_REPLACE_OBJECTS: "1",
      // A shell reads it: the pin's values are addresses and host names, and quoted for the brackets.
      GIT_SSH_COMMAND: [
        "ssh -oBatchMode=yes -oConnectTimeout=20 -oStrictHostKeyChecking=yes",
        ...pin.ssh.map((one) => `'${one}'`),
      ].join(" "),
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
