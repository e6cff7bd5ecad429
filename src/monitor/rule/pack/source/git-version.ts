import { execFile } from "node:child_process";

const KEPT_MS = 60_000;
const known = new Map<string, { readonly version: Promise<string | undefined>; readonly atMs: number }>();

/** The version of the git that is found, such as `2.39.5`; undefined when there is none. It is asked once a minute at most. */
export function gitVersion(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  const path = environment.PATH ?? "";
  const before = known.get(path);
  if (before && performance.now() - before.atMs < KEPT_MS) return before.version;
  const version = askVersion(environment);
  known.set(path, { version, atMs: performance.now() });
  return version;
}

function askVersion(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", ["--version"], { env: { ...environment }, timeout: 10_000 }, (error, words) =>
      resolve(error ? undefined : (/\d+(\.\d+)+/.exec(words)?.[0] ?? "")),
    );
  });
}
