import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
export const WEB_DIST = join(ROOT, "web/dist");
const STAMP = join(WEB_DIST, ".sources");

/** Builds the web app unless it was built from these very sources. Resolves with whether it had to. */
export async function buildWebApp(): Promise<boolean> {
  const wanted = await fingerprint();
  const built = await readFile(STAMP, "utf8").catch(() => "");
  if (built === wanted) return false;
  await runVite();
  await writeFile(STAMP, wanted);
  return true;
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
async function runVite(): Promise<void> {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const child = spawn(process.execPath, [vite, "build", "--config", "web/vite.config.ts", "--logLevel", "warn"], {
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
