/** Deeper trees are a mistake, and a bound on the length of a path. */
export const MAX_DEPTH = 20;

/** The path of a unit: its parent's path, its id, a slash. */
export function childPath(parentPath: string, id: string): string {
  return `${parentPath}${id}/`;
}

/** Ids from the root to the unit. */
export function idsOf(path: string): string[] {
  return path.split("/").filter((id) => id !== "");
}

/** The path that a unit below (or at) `from` has once `from` hangs under `newParentPath`. */
export function movedPath(path: string, from: { path: string; id: string }, newParentPath: string): string {
  return childPath(newParentPath, from.id) + path.slice(from.path.length);
}

/** True when `path` lies at or below `ancestorPath`: moving the ancestor there would close a circle. */
export function isWithin(path: string, ancestorPath: string): boolean {
  return path.startsWith(ancestorPath);
}
