import { createHmac, randomBytes } from "node:crypto";

/** Standard Webhooks 1.0: what a receiver checks, and where the key comes from. */
const PREFIX = "whsec_";

export const newSigningKey = (): string => PREFIX + randomBytes(32).toString("base64");

/** Headers of one attempt. `secret`: `whsec_` and base64. The id is the same on every attempt, the time and so the signature are not. */
export function signed(secret: string, id: string, body: string, atMs: number): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
