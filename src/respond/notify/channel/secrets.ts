import { z } from "zod";
import type { Sealer } from "../../../platform/secret/index.ts";

/** What of a channel is not shown: where it goes, and what signs it. */
const Secrets = z.object({ address: z.string(), key: z.string().nullable() });
export type Secrets = z.infer<typeof Secrets>;

export const sealSecrets = (sealer: Sealer, channelId: string, secrets: Secrets): string =>
  sealer.seal(JSON.stringify(secrets), channelId);
export const openSecrets = (sealer: Sealer, channelId: string, sealed: string): Secrets =>
  Secrets.parse(JSON.parse(sealer.open(sealed, channelId)));
