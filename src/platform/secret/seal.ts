import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";

const VERSION = "v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Secrets that must be read again, such as an address of a chat room: kept so that a copy of the database does not tell them. */
export type Sealer = {
  /** `context` (such as the row's id) is bound to it: a sealed text that is moved to another row does not open there. */
  seal(text: string, context: string): string;
  /** Errors: `unavailable` when it was sealed with another key or for another row. */
  open(sealed: string, context: string): string;
};

/** AES-256-GCM under a key derived (HKDF-SHA-256) from the installation's key for this purpose alone. */
export function createSealer(key: string, purpose: string): Sealer {
  const derived = Buffer.from(hkdfSync("sha256", key, "", `yagura ${purpose}`, 32));
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", derived, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    open(sealed, context) {
      try {
        const [version, text = ""] = sealed.split(".");
        const bytes = Buffer.from(text, "base64url");
        if (version !== VERSION) throw new Error("unknown version");
        const decipher = createDecipheriv("aes-256-gcm", derived, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new AppError(
          "unavailable",
          "A stored secret cannot be read with this installation's key: enter it again.",
          {},
          cause,
        );
      }
    },
  };
}
