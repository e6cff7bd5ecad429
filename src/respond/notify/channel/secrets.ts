import { z } from "zod";
import type { Sealer } from "../../../platform/secret/index.ts";

/** How long a key that was replaced still signs beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

/** What of a channel is not shown: where it goes, and what signs it. */
const Secrets = z.object({
  address: z.string(),
  key: z.string().nullable(),
  /** The key before, until that moment. */
  former: z.object({ key: z.string(), until: z.iso.datetime() }).optional(),
});
export type Secrets = z.infer<typeof Secrets>;

export const sealSecrets = (sealer: Sealer, channelId: string, secrets: Secrets): string =>
  sealer.seal(JSON.stringify(secrets), channelId);
export const openSecrets = (sealer: Sealer, channelId: string, sealed: string): Secrets =>
  Secrets.parse(JSON.parse(sealer.open(sealed, channelId)));

/** Keys that sign at that moment, the newest first. */
export const keysAt = ({ key, former }: Secrets, atMs: number): readonly string[] => [
  ...(key === null ? [] : [key]),
  ...(former !== undefined && atMs < Date.parse(former.until) ? [former.key] : []),
];

/** With another key; the one before signs for a day longer. */
export const withKey = (secrets: Secrets, key: string, atMs: number): Secrets => ({
  ...secrets,
  key,
  ...(secrets.key !== null && {
    former: { key: secrets.key, until: new Date(atMs + OVERLAP_MS).toISOString() },
  }),
});
