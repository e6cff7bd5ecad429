import { basename, dirname, extname, matchesGlob, normalize } from "node:path";
import type { Place } from "./checkpoint.ts";

/** Content that is known by at least this much of it is believed under another name; less must be the whole file. */
export const SURE_BYTES = 1024;

export type FileNow = { readonly path: string; readonly id: string; readonly sizeBytes: number };

type Known = {
  /** Files that are read now, or were before they were cut. */
  readonly live: readonly Place[];
  /** Of files that are nowhere any more; only asked for at the first look after a start. */
  readonly lost: readonly Place[];
};

/**
 * Places that may tell how far a file of unknown inode is read: of the file it is a copy of (`copytruncate`, `cp`), or of the one
 * that stood at its path before a restore or a move to another disk. Whether the content is the same is left to see; who was read
 * furthest comes first.
 */
export function candidatesFor(file: FileNow, { live, lost }: Known): Place[] {
  const copied = [...live, ...lost].filter((place) => place.id !== file.id && isCopyName(file.path, place.path));
  const restored = lost.filter((place) => place.path === file.path && place.id !== file.id);
  return [...restored, ...copied]
    .filter((place) => isTelling(file, place))
    .toSorted((one, other) => other.offset - one.offset);
}

function isTelling({ path, sizeBytes }: FileNow, { path: before, offset }: Place): boolean {
  if (offset === 0 || sizeBytes < offset) return false;
  return offset >= SURE_BYTES || (sizeBytes === offset && dirname(path) === dirname(before));
}

/** Of which followed files it may be a copy that is still being written: it has less than was read of them. */
export function growingCopyOf(file: FileNow, live: readonly Place[]): Place[] {
  return live.filter(
    (place) => place.id !== file.id && file.sizeBytes < place.offset && isCopyName(file.path, place.path),
  );
}

/** What rotation and people add to a name: `.1`, `-20261127`, `.old`. */
const MARK = /^[-_.](?:\d[\w.:-]*|old|bak|orig|copy)$/;

/** Whether a path is named as copies of the other are: the same name in another directory, or with a mark after it or before its extension. */
export function isCopyName(path: string, original: string): boolean {
  const [name, of] = [basename(path), basename(original)];
  if (name === of) return dirname(path) !== dirname(original);
  const extension = extname(of);
  const stem = of.slice(0, of.length - extension.length);
  if (name.startsWith(of) && MARK.test(name.slice(of.length))) return true;
  return (
    name.startsWith(stem) &&
    name.endsWith(extension) &&
    MARK.test(name.slice(stem.length, name.length - extension.length))
  );
}

type Named = { readonly path: string; readonly exclude?: readonly string[] | undefined };

/** A pattern without a slash is asked of the file's name, one with a slash of its whole path. */
export const isExcluded = (path: string, exclude: readonly string[] = []): boolean =>
  exclude.some((pattern) => matchesGlob(pattern.includes("/") ? path : basename(path), pattern));

/** The first entry of the settings that names the path. */
export const settingFor = <T extends Named>(path: string, settings: readonly T[]): T | undefined =>
  settings.find((setting) => matchesGlob(path, normalize(setting.path)) && !isExcluded(path, setting.exclude));

/**
 * After a start: places whose file has left its name, while the settings of today still name it. Others rest: a file that kept
 * its name is found by its pattern or is not wanted any more. `idNow`: what stands at each place's path.
 */
export const soughtPlaces = (
  resting: readonly Place[],
  idNow: ReadonlyMap<string, string | undefined>,
  settings: readonly Named[],
): Place[] => resting.filter(({ id, path }) => idNow.get(path) !== id && settingFor(path, settings) !== undefined);
