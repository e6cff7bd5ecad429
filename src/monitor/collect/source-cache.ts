import type { Origin, ResolvedSource, ResolveSource } from "./origin.ts";

const MAX_ENTRIES = 10_000;
const KEEP_MS = 5_000;

export type SourceCache = {
  /** The answer when it is known and fresh: lets syslog gather without waiting. */
  peek(origin: Origin): ResolvedSource | undefined;
  resolve(origin: Origin): Promise<ResolvedSource>;
};

/**
 * Remembers for seconds which source an origin has, so that a syslog storm does not ask the state engine per message.
 * Failures are not remembered, except that callers who ask at the same time share one answer.
 */
export function createSourceCache(resolveSource: ResolveSource, now: () => number): SourceCache {
  const known = new Map<string, { source: ResolvedSource; untilMs: number }>();
  const asking = new Map<string, Promise<ResolvedSource>>();

  const ask = async (key: string, origin: Origin): Promise<ResolvedSource> => {
    const resolved = await resolveSource(origin);
    const { format, encoding, timeZone } = origin;
    const source = {
      ...resolved,
      ...(format !== undefined && { format }),
      ...(encoding !== undefined && { encoding }),
      ...(timeZone !== undefined && { timeZone }),
    };
    const oldest = known.size >= MAX_ENTRIES ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(key, { source, untilMs: now() + KEEP_MS });
    return source;
  };
  const peekKey = (key: string): ResolvedSource | undefined => {
    const hit = known.get(key);
    if (hit === undefined || hit.untilMs > now()) return hit?.source;
    known.delete(key);
    return undefined;
  };

  return {
    peek: (origin) => peekKey(keyOf(origin)),
    async resolve(origin) {
      const key = keyOf(origin);
      const hit = peekKey(key);
      if (hit !== undefined) return hit;
      const asked = asking.get(key) ?? ask(key, origin).finally(() => asking.delete(key));
      asking.set(key, asked);
      return asked;
    },
  };
}

const keyOf = (origin: Origin): string =>
  [
    origin.transport,
    origin.peer,
    origin.peerName,
    origin.tokenId,
    origin.unitId,
    origin.sourceId,
    origin.hostName,
    origin.sourceName,
    origin.format,
    origin.encoding,
    origin.timeZone,
  ].join("\0");
