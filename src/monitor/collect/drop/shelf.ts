/** One object, or file, of a place. */
export type Item = {
  /** Its key in the bucket, or its name in the directory, each byte a Latin-1 character. */
  readonly key: string;
  /** Another content has another version. */
  readonly version: string;
  readonly sizeBytes: number;
  /** The name as people read it. */
  readonly name: string;
  /** Where it is, for people and as the events' peer. */
  readonly address: string;
};

/** A place where others put files. What it throws is temporary, unless it is one of the two errors below. */
export type Shelf = {
  /** What lies there, whole: objects that may be taken now. Bounded by its own limits; `startAfter` as in ListObjectsV2. */
  list(startAfter: string, signal: AbortSignal): AsyncIterable<Item>;
  open(item: Item, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Does with a taken item what the settings say; undefined when they say to keep it. */
  readonly finish: ((item: Item, signal: AbortSignal) => Promise<void>) | undefined;
  close(): void;
};

/** It is not there any more, or has another content by now: the next look tells. */
export class GoneError extends Error {}

/** It will never be readable as it is. */
export class UnreadableError extends Error {}

/** As S3 sorts keys: by their bytes in UTF-8. */
export const compareKeys = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
