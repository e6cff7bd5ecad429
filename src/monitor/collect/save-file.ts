import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file's text; after a crash either the old or the new one is there, whole. */
export async function saveFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
}
