import { createHmac, randomBytes } from "node:crypto";

/** Standard Webhooks 1.0: what a receiver checks, and where the key comes from. */
const PREFIX = "whsec_";

export const newSigningKey = (): string => PREFIX + randomBytes(32).toString("base64");

type Message = { readonly id: string; readonly body: string; readonly atMs: number };

/**
 * Headers of one attempt, with a signature by each key: a receiver takes it when one of them is right. `secrets`: `whsec_` and
 * base64. The id is the same on every attempt, the time and so the signatures are not.
 */
export function signed(secrets: readonly string[], { id, body, atMs }: Message): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
