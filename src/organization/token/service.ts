import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { hashSecret, newSecret } from "../../platform/auth/index.ts";
import { type Ctx, isInScope, type UnitTreeSource } from "../access/index.ts";
import { requireAuthority, requireGrantable } from "../person/index.ts";
import { selectUnit } from "../unit/index.ts";
import type { CreatedToken, CreateToken, Token, TokenQuery } from "./contract.ts";
import type { TokenRow } from "./schema.ts";
import { insertToken, markRevoked, selectToken, selectTokens, viewOf } from "./store.ts";
import type { TokenVerifier } from "./verifier.ts";

export type TokenDeps = { readonly tree: UnitTreeSource; readonly verifier: TokenVerifier };

const PREFIX = "ygr_";
const SHOWN_CHARS = 10;

export async function listTokens(ctx: Ctx, query: TokenQuery): Promise<{ items: Token[]; nextCursor?: string }> {
  ctx.require("token:read");
  const rows = await selectTokens(ctx.state, { ...query, scope: ctx.units("token:read") });
  const items = rows.slice(0, query.limit).map(viewOf);
  const last = items.at(-1);
  return rows.length > query.limit && last ? { items, nextCursor: last.id } : { items };
}

/**
 * Makes a token; the answer holds the only copy of its secret.
 * Errors: `forbidden` without token:write at the unit or authority over a role, `invalid` for grants that do not fit.
 */
export async function createToken(ctx: Ctx, deps: TokenDeps, input: CreateToken): Promise<CreatedToken> {
  ctx.require("token:write", input.unitId);
  const tree = await deps.tree.current();
  requireFitting(input, ctx.now());
  requireGrantable(tree, input.grants, "token");
  requireAuthority(ctx, tree, input.grants);
  return await storeToken(ctx, input);
}

/**
 * The token of a source is a part of it: whoever may register the source may make it, and it can only send for that source.
 * Errors: `forbidden` without source:write at the unit.
 */
export async function createSourceToken(
  ctx: Ctx,
  input: { name: string; unitId: string; sourceId: string },
): Promise<CreatedToken> {
  ctx.require("source:write", input.unitId);
  return await storeToken(ctx, { ...input, kind: "ingest", grants: [], expiresAt: null });
}

async function storeToken(ctx: Ctx, input: CreateToken): Promise<CreatedToken> {
  const { name, kind, unitId, grants, sourceId } = input;
  const id = newId("token");
  const secret = newSecret(PREFIX);
  const row = {
    id,
    name,
    kind,
    unitId,
    prefix: secret.slice(0, SHOWN_CHARS),
    secretHash: hashSecret(secret),
    grants,
    sourceId,
    createdBy: { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name },
    createdAt: ctx.now(),
    lastUsedAt: null,
    expiresAt: input.expiresAt === null ? null : new Date(input.expiresAt),
    revokedAt: null,
  };
  const detail = { name, kind, grants, sourceId, expiresAt: input.expiresAt };
  await ctx.change({ action: "token.create", target: { kind: "token", id }, unitId, detail }, async (tx) => {
    const unit = await selectUnit(tx, unitId);
    if (!unit) throw new AppError("invalid", "There is no such unit.");
    if (unit.archivedAt !== null) throw new AppError("conflict", "This unit is archived.");
    await insertToken(tx, row);
  });
  return { token: viewOf(row), secret };
}

function requireFitting(input: CreateToken, now: Date): void {
  if (input.kind === "ingest" && input.grants.length > 0) {
    throw new AppError("invalid", "An ingest token may only send events: it takes no roles.");
  }
  if (input.kind === "api" && input.grants.length === 0) {
    throw new AppError("invalid", "An API token needs at least one role.");
  }
  if (input.kind === "api" && input.sourceId !== null) {
    throw new AppError("invalid", "Only an ingest token sends for a source.");
  }
  if (input.expiresAt !== null && new Date(input.expiresAt) <= now) {
    throw new AppError("invalid", "The token would have run out already.");
  }
}

/** Ends a token at once. Errors: `not_found`, `forbidden`. Revoking twice is no error. */
export async function revokeToken(ctx: Ctx, deps: TokenDeps, id: string): Promise<Token> {
  const row = await selectToken(ctx.state, id);
  if (!row || !isInScope(ctx.units("token:read"), row.unitId)) {
    throw new AppError("not_found", "There is no such token, or you may not see it.");
  }
  ctx.require("token:write", row.unitId);
  return await endToken(ctx, deps, row);
}

/**
 * Ends the token of a source with it. `unitId`: where the source is now, since a source may move and its token stays.
 * Errors: `not_found` for a token of anything else; `forbidden` without source:write there.
 */
export async function revokeSourceToken(
  ctx: Ctx,
  deps: TokenDeps,
  { tokenId, sourceId, unitId }: { tokenId: string; sourceId: string; unitId: string },
): Promise<void> {
  ctx.require("source:write", unitId);
  const row = await selectToken(ctx.state, tokenId);
  if (!row || row.sourceId !== sourceId) throw new AppError("not_found", "This source has no such token.");
  await endToken(ctx, deps, row);
}

async function endToken(ctx: Ctx, deps: TokenDeps, row: TokenRow): Promise<Token> {
  const { id } = row;
  if (row.revokedAt !== null) return viewOf(row);
  const revokedAt = ctx.now();
  const entry = { action: "token.revoke", target: { kind: "token", id }, unitId: row.unitId };
  try {
    await ctx.change({ ...entry, detail: { name: row.name } }, (tx) => markRevoked(tx, id, revokedAt));
  } finally {
    deps.verifier.forget(id);
  }
  return viewOf({ ...row, revokedAt });
}
