import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Names places in the stream of all changes. */
export type Places = { name(place: number): string; read(name: string): number | undefined };

/**
 * A message's id must say where to go on, and must not say how much happened in units that the reader does not see: the
 * difference of two plain numbers would. One AES block under a key of this process, half of it random, says nothing to
 * others; what another process named is not readable here, and its reader resyncs.
 */
export function createPlaces(key = randomBytes(16)): Places {
  return {
    name(place) {
      const block = Buffer.alloc(16);
      randomBytes(8).copy(block, 0);
      block.writeBigUInt64BE(BigInt(place), 8);
      const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
      return Buffer.concat([cipher.update(block), cipher.final()]).toString("base64url");
    },
    read(name) {
      const block = Buffer.from(name, "base64url");
      if (block.length !== 16) return undefined;
      const decipher = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false);
      const place = Buffer.concat([decipher.update(block), decipher.final()]).readBigUInt64BE(8);
      return place <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(place) : undefined;
    },
  };
}
