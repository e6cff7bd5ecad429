import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../../../../kernel/errors.ts";

/** A repository's address, taken apart. */
export type GitUrl = {
  readonly transport: "https" | "ssh" | "file";
  /** What git is called with, and what is stored and shown: without a password. */
  readonly url: string;
  /** "" for a path of this machine. */
  readonly host: string;
  readonly port: string;
  /** User and password or token of the URL; given to git apart, never in an argument. */
  readonly login?: { readonly user: string; readonly password: string };
  /** The repository's own name, such as `sigma`. */
  readonly name: string;
};

const SCP = /^(?:([\w.~-]+)@)?([A-Za-z0-9][\w.-]*):(?!\/\/)(\S+)$/;
/** `ext::command` and the like have git run a program. */
const HELPER = /^[\w+.-]*::/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][\w.-]*)$/;

/**
 * Reads `https://`, `ssh://` and `user@host:path`; with `allowLocal` also `file://` and absolute paths.
 * Errors: `invalid` for all else, such as `ext::`, options and plain `http://`.
 */
export function readGitUrl(text: string, { allowLocal }: { readonly allowLocal: boolean }): GitUrl {
  const trimmed = text.trim();
  if (trimmed.startsWith("-") || HELPER.test(trimmed) || /[\s\p{Cc}]/u.test(trimmed)) throw refused();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return readUrl(trimmed, allowLocal);
  if (isAbsolute(trimmed)) {
    if (!allowLocal) throw localRefused();
    return { transport: "file", url: pathToFileURL(trimmed).href, host: "", port: "", name: nameIn(trimmed) };
  }
  const [, user, host, path = ""] = SCP.exec(trimmed) ?? [];
  if (host === undefined || path.startsWith("-")) throw refused();
  const from = `${user === undefined ? "" : `${user}@`}${host}:${path}`;
  return { transport: "ssh", url: from, host, port: "", name: nameIn(path) };
}

function readUrl(text: string, allowLocal: boolean): GitUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw refused();
  const name = nameIn(url.pathname);
  if (url.protocol === "file:") {
    if (!allowLocal) throw localRefused();
    if (url.hostname !== "") throw refused();
    return { transport: "file", url: url.href, host: "", port: "", name };
  }
  if (!HOST.test(url.hostname) || url.pathname.startsWith("/-")) throw refused();
  const place = { host: url.hostname, port: url.port, name };
  if (url.protocol === "ssh:") {
    if (url.password !== "") throw new AppError("invalid", "An ssh address takes no password: use a key.");
    if (url.username !== "" && !/^[A-Za-z0-9_][\w.~-]*$/.test(url.username)) throw refused();
    return { transport: "ssh", url: withoutQuery(url), ...place };
  }
  if (url.protocol !== "https:") throw refused();
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const login = username + password !== "" && { login: { user: decoded(username), password: decoded(password) } };
  return { transport: "https", url: withoutQuery(url), ...place, ...login };
}

/** A query may hold a token, and no git server needs one. */
function withoutQuery(url: URL): string {
  url.search = "";
  url.hash = "";
  return url.href;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused();
  }
}

/** Errors: `invalid` when it is no plain name of a branch or tag. */
export function readGitRef(ref: string): string {
  if (ref === "" || (/^[A-Za-z0-9_][\w./+@-]{0,199}$/.test(ref) && !ref.includes(".."))) return ref;
  throw new AppError("invalid", "The branch or tag may have letters, digits and . / _ + @ - in its name.");
}

const nameIn = (path: string): string =>
  path
    .replace(/\/+$/, "")
    .split(/[/:]/)
    .at(-1)
    ?.replace(/\.git$/, "") ?? "";

const refused = (): AppError =>
  new AppError("invalid", "A git address begins with https:// or ssh://, or has the form git@host:path.");
const localRefused = (): AppError =>
  new AppError(
    "invalid",
    "Repositories on the server's own disk are imported on its command line: bin/yagura rules import.",
  );
