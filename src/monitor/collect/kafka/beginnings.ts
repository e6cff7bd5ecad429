/** Offsets by topic, each at the index of its partition, as the client has them; -1 = none. */
type Offsets = ReadonlyMap<string, readonly (bigint | undefined)[]>;
type Assigned = readonly { readonly topic: string; readonly partitions: readonly number[] }[];

/**
 * Where to begin in the partitions that were assigned; -1 = at the oldest record. Brokers forget what a group committed, the log does not
 * forget its places; others of the group may have read on since, so that the later of the two counts. `ends` for whom neither is known.
 */
export function beginningsOf(
  assigned: Assigned,
  {
    commits,
    placeOf,
    ends,
  }: {
    readonly commits: Offsets;
    /** 0 = none is known. */
    readonly placeOf: (topic: string, partition: number) => number;
    readonly ends: Offsets;
  },
): Map<string, bigint[]> {
  const beginnings = new Map<string, bigint[]>();
  for (const { topic, partitions } of assigned) {
    const offsets: bigint[] = [];
    for (const partition of partitions) {
      const committed = commits.get(topic)?.[partition] ?? -1n;
      const place = BigInt(placeOf(topic, partition));
      const isKnown = committed >= 0n || place > 0n;
      const known = committed > place ? committed : place;
      offsets[partition] = isKnown ? known : (ends.get(topic)?.[partition] ?? -1n);
    }
    beginnings.set(topic, offsets);
  }
  return beginnings;
}

/** Records [from, to) of a partition that the brokers had no more when they were to be read. */
type Gap = { readonly key: string; readonly from: bigint; readonly to: bigint };

/** Where reading stands in each partition, to see when the client went on above that. */
export class Positions {
  readonly #known = new Map<string, bigint>();

  /** What is fetched next, by partition. To be called before and after whatever was fetched. */
  note(offsets: ReadonlyMap<string, bigint>): void {
    for (const [key, offset] of offsets) this.#known.set(key, offset);
  }

  /** A partition was assigned, and is read from here; undefined = from its oldest record. */
  begin(key: string, offset: bigint | undefined): void {
    if (offset === undefined) this.#known.delete(key);
    else this.#known.set(key, offset);
  }

  /** Where the offsets to fetch moved although nothing was fetched. */
  gaps(offsets: ReadonlyMap<string, bigint>): Gap[] {
    return [...offsets].flatMap(([key, to]) => {
      const from = this.#known.get(key);
      return from !== undefined && to > from ? [{ key, from, to }] : [];
    });
  }
}
