import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Intake } from "../intake.ts";
import type { OpenFile } from "../lines/receive-file.ts";
import { bucketShelf } from "./bucket.ts";
import { folderShelf } from "./folder.ts";
import { type BatchLog, Ledger } from "./ledger.ts";
import { Place, type PlaceStats } from "./place.ts";
import type { DropSetting } from "./settings.ts";
import type { Shelf } from "./shelf.ts";

export type DropOptions = {
  readonly intake: Intake;
  /** Of each place its own: its bounds are no other place's. */
  readonly newOpener: () => OpenFile;
  readonly places: readonly DropSetting[];
  readonly log: BatchLog;
  /** Where is kept what was taken. */
  readonly directory: string;
  readonly now: () => number;
  readonly warn: (facts: object, message: string) => void;
  readonly onBug: (error: unknown) => void;
};

export type DropFolders = {
  /** By name, as in the settings. */
  stats(): ReadonlyMap<string, PlaceStats>;
  close(): Promise<void>;
};

/** Takes what others put into buckets and directories, until it is closed. Rejects when what was saved cannot be read. */
export async function openDropFolders(options: DropOptions): Promise<DropFolders> {
  const { places: settings, log, directory } = options;
  const places: Place[] = [];
  for (const setting of settings) {
    const placeId = placeIdOf(setting);
    const { place } = setting;
    const isSorted = place.kind === "bucket" && place.bucket.sorted;
    const ledger = await Ledger.open({ path: join(directory, `${placeId}.jsonl`), placeId, log, isSorted });
    if (ledger.unseenRecords > 0)
      options.warn(
        { drop: setting.name, records: ledger.unseenRecords },
        "records of the log are gone that nobody looked at; some events of the object under way may come twice",
      );
    const openFile = options.newOpener();
    places.push(new Place({ ...options, setting, ledger, openFile, shelf: shelfOf(setting, options.now) }));
  }
  const stop = new AbortController();
  const running = places.map((place) => place.run(stop.signal).catch(options.onBug));
  return {
    stats: () => new Map(places.map((place) => [place.name, place.stats()])),
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

/** The place, not its name: who renames an entry does not want all again. */
export function placeIdOf({ place }: Pick<DropSetting, "place">): string {
  const what =
    place.kind === "directory"
      ? ["directory", place.directory]
      : ["bucket", place.bucket.endpoint ?? "", place.bucket.name, place.bucket.prefix];
  return createHash("sha256").update(what.join("\0")).digest("hex").slice(0, 32);
}

function shelfOf({ place, after }: DropSetting, now: () => number): Shelf {
  if (place.kind === "bucket") return bucketShelf(place.bucket, after);
  return folderShelf({ directory: place.directory, settleMs: place.settleSeconds * 1000, after, now });
}
