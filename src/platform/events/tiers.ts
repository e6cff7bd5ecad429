import type { EventsDb } from "./contract.ts";

/** Where older events go, by the day they were received. Nothing here deletes. */
export type Tiers = {
  /** Compress harder after this many days; undefined = never. */
  readonly recompressAfterDays: number | undefined;
  /** Move to the cold volume after this many days; undefined = never. */
  readonly coldAfterDays: number | undefined;
  /** A policy of the engine whose volumes hold those of today's; undefined = as it is. */
  readonly storagePolicy: string | undefined;
  readonly coldVolume: string;
};

/** Reads as fast as level 1; takes several times as long to write, once in a part's life. */
const CODEC = "CODEC(ZSTD(6))";
const NAME = /^[A-Za-z_]\w{0,63}$/;

/**
 * Brings the table of events to the tiers of the settings: the engine moves and recompresses its parts by itself, in the background. Does nothing
 * when they are in force already. Errors: those of the engine, such as a policy that it does not have.
 */
export async function applyTiers(events: EventsDb, tiers: Tiers): Promise<void> {
  const [table] = await events.select<{ sql: string; policy: string }>(
    `SELECT create_table_query AS sql, storage_policy AS policy FROM system.tables
     WHERE database = currentDatabase() AND name = 'events'`,
  );
  const { storagePolicy } = tiers;
  if (storagePolicy !== undefined && storagePolicy !== table?.policy)
    await events.command(`ALTER TABLE events MODIFY SETTING storage_policy = '${nameIn(storagePolicy)}'`);
  const wanted = ttlOf(tiers);
  const now = /\bTTL (.+?)\s+SETTINGS\b/s.exec(table?.sql ?? "")?.[1];
  if (wanted === now) return;
  await events.command(
    wanted === undefined ? "ALTER TABLE events REMOVE TTL" : `ALTER TABLE events MODIFY TTL ${wanted}`,
  );
}

/** As the engine itself writes it, so that it can be compared. */
function ttlOf({ recompressAfterDays, coldAfterDays, coldVolume }: Tiers): string | undefined {
  const after = (days: number): string => `toDateTime(received) + toIntervalDay(${Math.trunc(days)})`;
  const parts = [
    ...(recompressAfterDays === undefined ? [] : [`${after(recompressAfterDays)} RECOMPRESS ${CODEC}`]),
    ...(coldAfterDays === undefined ? [] : [`${after(coldAfterDays)} TO VOLUME '${nameIn(coldVolume)}'`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** A plain name and nothing else: it stands in the text of a statement. */
function nameIn(name: string): string {
  if (!NAME.test(name)) throw new Error(`${name} is no name of a policy or volume`);
  return name;
}
