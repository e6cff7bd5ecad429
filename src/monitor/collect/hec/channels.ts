import { HecError } from "./answers.ts";

const MAX_CHANNELS = 10_000;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type Channels = {
  /** The number under which a sender may ask whether a request's events are durable. They are, when it is given out. */
  nextAckId(tokenId: string, channel: string): number;
  /** Was this number given out? Numbers of before a restart, and of channels that were long idle, are not known. */
  isAcknowledged(tokenId: string, channel: string, ackId: number): boolean;
};

/** Counts per token and channel, of at most 10,000 channels; the one that was idle longest is forgotten first. */
export function createChannels(maxChannels = MAX_CHANNELS): Channels {
  const given = new Map<string, number>();
  const keyOf = (tokenId: string, channel: string): string => `${tokenId}\0${channel.toLowerCase()}`;
  return {
    nextAckId(tokenId, channel) {
      const key = keyOf(tokenId, channel);
      const next = given.get(key) ?? 0;
      given.delete(key);
      given.set(key, next + 1);
      const oldest = given.size > maxChannels ? given.keys().next().value : undefined;
      if (oldest !== undefined) given.delete(oldest);
      return next;
    },
    isAcknowledged: (tokenId, channel, ackId) => ackId < (given.get(keyOf(tokenId, channel)) ?? 0),
  };
}

/** "" when none is named. Errors: HEC 11 for one that is no GUID. */
export function checkChannel(channel: string): string {
  if (channel !== "" && !GUID.test(channel)) throw new HecError(11);
  return channel;
}
