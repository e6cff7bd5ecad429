import { hashSecret } from "../../platform/auth/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";
import type { Actor } from "../access/index.ts";
import type { TokenKind } from "./contract.ts";
import type { TokenRow } from "./schema.ts";
import { markUsed, selectTokenByHash } from "./store.ts";

/** A token that works at this moment. `actor.id` is the token's id. */
export type VerifiedToken = {
  readonly id: string;
  readonly name: string;
  readonly kind: TokenKind;
  readonly unitId: string;
  readonly sourceId: string | null;
  readonly actor: Actor;
};

export type TokenVerifier = {
  /** undefined when unknown, expired or revoked. Errors: `unavailable` when the state engine is away and it is not held. */
  verify(secret: string): Promise<VerifiedToken | undefined>;
  /** Call after revoking: the token stops working in this process at once, elsewhere within `TTL`. */
  forget(tokenId: string): void;
  /** Writes when tokens were last used. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

type Held = { readonly token: VerifiedToken; readonly expiresAtMs: number; readonly untilMs: number };

const MAX_HELD = 10_000;
const MAX_MISSES = 5_000;
const TTL_MS = 15_000;
const MISS_TTL_MS = 5_000;
const FLUSH_MS = 60_000;

/** Verifies without a query for as long as a token is held: the way in for events asks thousands of times a second. */
export function createTokenVerifier(deps: { state: State; log: Logger; nowMs?: () => number }): TokenVerifier {
  const nowMs = deps.nowMs ?? Date.now;
  const cache = createTokenCache(deps.state, nowMs);
  const used = new Map<string, Date>();

  async function flush(): Promise<void> {
    if (used.size === 0) return;
    const batch = new Map(used);
    used.clear();
    await deps.state.transaction((tx) => markUsed(tx, batch));
  }
  const timer = setInterval(() => {
    flush().catch((error) => deps.log.warn({ err: error }, "the last use of tokens was not saved"));
  }, FLUSH_MS).unref();

  return {
    async verify(secret) {
      const token = await cache.find(hashSecret(secret));
      if (token) keep(used, token.id, new Date(nowMs()), MAX_HELD);
      return token;
    },
    forget: (tokenId) => cache.forget(tokenId),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Tokens by the hash of their secret, read once however many ask at the same time. */
function createTokenCache(state: State, nowMs: () => number) {
  const held = new Map<string, Held>();
  const misses = new Map<string, number>();
  const reading = new Map<string, Promise<VerifiedToken | undefined>>();
  let generation = 0;

  async function read(hash: string): Promise<VerifiedToken | undefined> {
    const startedIn = generation;
    const row = await selectTokenByHash(state.db, hash);
    const expiresAtMs = row?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    if (!row || row.revokedAt !== null || expiresAtMs <= nowMs()) {
      keep(misses, hash, nowMs() + MISS_TTL_MS, MAX_MISSES);
      return undefined;
    }
    const token = verified(row);
    // A token revoked while it was being read must not be held as if it were good.
    if (startedIn === generation) keep(held, hash, { token, expiresAtMs, untilMs: nowMs() + TTL_MS }, MAX_HELD);
    return token;
  }

  return {
    async find(hash: string): Promise<VerifiedToken | undefined> {
      const now = nowMs();
      if ((misses.get(hash) ?? 0) > now) return undefined;
      const known = held.get(hash);
      if (known !== undefined && known.untilMs > now && known.expiresAtMs > now) return known.token;
      const running = reading.get(hash) ?? read(hash).finally(() => reading.delete(hash));
      reading.set(hash, running);
      return await running;
    },
    forget(tokenId: string): void {
      generation += 1;
      for (const [hash, { token }] of held) if (token.id === tokenId) held.delete(hash);
    },
  };
}

function verified(row: TokenRow): VerifiedToken {
  const { id, name, kind, unitId, sourceId } = row;
  const actor: Actor =
    kind === "ingest"
      ? { kind: "token", id, name, grants: [{ role: "integration", unitId }], limit: ["event:ingest"] }
      : { kind: "token", id, name, grants: row.grants };
  return { id, name, kind, unitId, sourceId, actor };
}

/** Sets a key; when there are too many, the one that was set first goes. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.set(key, value);
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
