import { z } from "zod";
import { Grant } from "../access/contract.ts";
import { OneLine, UnitId } from "../unit/contract.ts";

export const TokenId = z.string().min(1).max(64);
/** "ingest": may only send events for its unit. "api": acts with the roles granted to it. */
export const TokenKind = z.enum(["ingest", "api"]);
export type TokenKind = z.infer<typeof TokenKind>;

export const Token = z.object({
  id: TokenId,
  name: z.string(),
  kind: TokenKind,
  unitId: UnitId,
  /** First characters of the secret, to recognize it in a configuration file. */
  prefix: z.string(),
  grants: z.array(Grant),
  /** The log source that an ingest token sends for; null until one is bound. */
  sourceId: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

/** GET /api/v1/tokens */
export const TokenQuery = z.object({
  kind: TokenKind.optional(),
  revoked: z.enum(["include", "exclude"]).default("exclude"),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type TokenQuery = z.infer<typeof TokenQuery>;
export const TokenList = z.object({ items: z.array(Token), nextCursor: z.string().optional() });
export const TokenParams = z.object({ id: TokenId });

/** POST /api/v1/tokens. `grants` only for kind "api"; each must lie within the authority of the creator. */
export const CreateToken = z.strictObject({
  name: OneLine,
  kind: TokenKind,
  unitId: UnitId,
  grants: z.array(Grant).max(20).default([]),
  sourceId: z.string().min(1).max(64).nullable().default(null),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});
export type CreateToken = z.infer<typeof CreateToken>;
/** The secret is in this answer only; the server keeps a hash. */
export const CreatedToken = z.object({ token: Token, secret: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;
