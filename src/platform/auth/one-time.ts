import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { AppError } from "../../kernel/errors.ts";

/** A secret that is shown once: 256 random bits, base64url, after a prefix that tells what it is. */
export function newSecret(prefix = ""): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** What the database keeps of a secret. A plain hash is enough, as nobody can guess 256 random bits. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/**
 * The key that signs cookies and encrypts second factors, from a file that only the owner may read; made on first use.
 * Errors: `invalid` when the file holds something else.
 */
export async function readOrCreateKey(file: string): Promise<string> {
  try {
    await writeFile(file, `${newSecret()}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const key = (await readFile(file, "utf8")).trim();
  if (!/^[A-Za-z0-9_-]{43}$/.test(key)) {
    throw new AppError("invalid", `${file} does not hold a key. Restore it: without it second factors cannot be read.`);
  }
  return key;
}
