import type { Place } from "./checkpoint.ts";
import { fingerprintOf, isSameContent, isSamePart, type Opened } from "./followed.ts";
import { candidatesFor, growingCopyOf } from "./identity.ts";
import type { Places } from "./places.ts";

export type NewFile = {
  readonly path: string;
  /** Of the settings; absent = the file has a source under its path. */
  readonly name: string | undefined;
  readonly isFromEnd: boolean;
};

type Deps = {
  readonly places: Places;
  /** At the first look after a start: places whose file is nowhere beside where it was. */
  readonly lost: readonly Place[];
  readonly counts: { truncations: number };
};

/**
 * Where to read a file on that was just opened: where it was left, or where its original was; else at its start or its end.
 * Undefined while it is a copy that is still being made.
 */
export async function placeOf(file: NewFile, opened: Opened, deps: Deps): Promise<Place | undefined> {
  const { path, name, isFromEnd } = file;
  const { handle, id, sizeBytes } = opened;
  const { resting } = deps.places;
  const left = resting.get(id);
  if (left !== undefined && (await isSameContent(handle, left, sizeBytes))) {
    return { ...left, path, sourceName: name ?? (left.path === path ? path : left.sourceName) };
  }
  if (left !== undefined) {
    deps.counts.truncations += 1;
    deps.places.rememberCut(left);
  }
  const original = await originalOf(path, opened, deps);
  if (original !== undefined) {
    resting.delete(original.id);
    return { ...original, id, path, sourceName: name ?? original.sourceName };
  }
  if (await isGrowingCopy(path, opened, deps)) return undefined;
  const offset = isFromEnd && left === undefined ? sizeBytes : 0;
  const fingerprint = await fingerprintOf(handle, offset);
  return { id, path, sourceName: name ?? path, offset, fingerprint, isSkipping: false, headAt: 0 };
}

async function originalOf(path: string, { handle, id, sizeBytes }: Opened, deps: Deps): Promise<Place | undefined> {
  const known = { live: deps.places.live(), lost: deps.lost };
  for (const place of candidatesFor({ path, id, sizeBytes }, known)) {
    if (await isSameContent(handle, place, sizeBytes)) return place;
  }
  return undefined;
}

async function isGrowingCopy(path: string, { handle, id, sizeBytes }: Opened, { places }: Deps): Promise<boolean> {
  const open = [...places.followed.values()].map(({ place }) => place);
  for (const place of growingCopyOf({ path, id, sizeBytes }, open)) {
    const original = places.followed.get(place.id);
    if (original !== undefined && (await isSamePart(handle, original.handle, sizeBytes))) return true;
  }
  return false;
}
