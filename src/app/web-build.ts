import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
export const WEB_DIST = join(ROOT, "web/dist");
const STAMP = ".sources";
/** Where a build is made, on the same file system and of no interest to anything else. */
const MAKING = join(ROOT, "node_modules", `.yagura-web-${process.pid}`);

/**
 * Builds the web app unless it was built from these very sources. Resolves with whether it had to. Made aside and then put in its place:
 * another process that starts at the same time finds a whole one or none, never a half.
 */
export async function buildWebApp(): Promise<boolean> {
  const wanted = await fingerprint();
  if ((await stampOf(WEB_DIST)) === wanted) return false;
  try {
    await runVite(join(MAKING, "new"));
    await writeFile(join(MAKING, "new", STAMP), wanted);
    await putInPlace(wanted);
  } finally {
    await rm(MAKING, { recursive: true, force: true });
  }
  return true;
}

const stampOf = (directory: string): Promise<string> => readFile(join(directory, STAMP), "utf8").catch(() => "");

async function putInPlace(wanted: string): Promise<void> {
  if ((await stampOf(WEB_DIST)) === wanted) return;
  await mkdir(MAKING, { recursive: true });
  await rename(WEB_DIST, join(MAKING, "old")).catch(ignoreMissing);
  await rename(join(MAKING, "new"), WEB_DIST).catch(async (error: unknown) => {
    // Another process was faster by a moment.
    if ((await stampOf(WEB_DIST)) !== wanted) throw error;
  });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

/** Names, sizes and times of all that the build reads: enough to notice an edit, and quick to take. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(join(ROOT, "package-lock.json")));
  for (const folder of ["web", "src"]) {
    const files = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile() && !file.parentPath.startsWith(WEB_DIST))
      .filter(
        (file) =>
          folder === "web" ||
          /^(contract|actions|errors)\.ts$|language/.test(`${file.parentPath}/${file.name}`.split("/").at(-1) ?? ""),
      )
      .map((file) => join(file.parentPath, file.name))
      .sort();
    for (const path of paths) {
      const { size, mtimeMs } = await stat(path);
      hash.update(`${path}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest("hex");
}

/** In a process of its own: the bundler's memory is not the server's. */
async function runVite(outDirectory: string): Promise<void> {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const options = ["--config", "web/vite.config.ts", "--outDir", outDirectory, "--emptyOutDir", "--logLevel", "warn"];
  const child = spawn(process.execPath, [vite, "build", ...options], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.once("exit", done));
  if (code !== 0) throw new Error(`The web app could not be built:\n${output}`);
}
