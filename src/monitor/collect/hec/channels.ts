import { HecError } from "./answers.ts";

const MAX_CHANNELS = 10_000;
const MAX_CHANNELS_PER_TOKEN = 1_000;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type Channels = {
  /** The number under which a sender may ask whether a request's events are durable. They are, when it is given out. */
  nextAckId(tokenId: string, channel: string): number;
  /** Was this number given out? Numbers of before a restart, and of channels that were long idle, are not known. */
  isAcknowledged(tokenId: string, channel: string, ackId: number): boolean;
};

export type ChannelBounds = { readonly total: number; readonly perToken: number };

/** Counts per token and channel. Past a bound what was idle longest is forgotten: a token's own channel, then a whole token. */
export function createChannels(
  { total, perToken }: ChannelBounds = { total: MAX_CHANNELS, perToken: MAX_CHANNELS_PER_TOKEN },
): Channels {
  const tokens = new Map<string, Map<string, number>>();
  let size = 0;
  const forgetIdlest = (current: Map<string, number>): void => {
    const [idlest] = tokens;
    if (current.size > perToken || idlest === undefined || idlest[1] === current) {
      const [channel = ""] = current.keys();
      if (current.delete(channel)) size -= 1;
      return;
    }
    tokens.delete(idlest[0]);
    size -= idlest[1].size;
  };
  return {
    nextAckId(tokenId, channel) {
      const key = channel.toLowerCase();
      const given = tokens.get(tokenId) ?? new Map<string, number>();
      const next = given.get(key) ?? 0;
      if (!given.delete(key)) size += 1;
      given.set(key, next + 1);
      tokens.delete(tokenId);
      tokens.set(tokenId, given);
      if (given.size > perToken || size > total) forgetIdlest(given);
      return next;
    },
    isAcknowledged: (tokenId, channel, ackId) => ackId < (tokens.get(tokenId)?.get(channel.toLowerCase()) ?? 0),
  };
}

/** "" when none is named. Errors: HEC 11 for one that is no GUID. */
export function checkChannel(channel: string): string {
  if (channel !== "" && !GUID.test(channel)) throw new HecError(11);
  return channel;
}
