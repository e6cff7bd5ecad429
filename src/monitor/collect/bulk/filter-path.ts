/** `filter_path` as segments: `items.*.status` → ["items", "*", "status"]. */
export type FilterPath = readonly string[];

const MAX_PATHS = 50;
const MAX_SEGMENTS = 10;

/**
 * The paths of `?filter_path=`, or undefined when the whole answer is wanted. Exclusions (`-x`) and `**` ask for more than
 * a short answer, so they get the whole one.
 */
export function parseFilterPath(value: unknown): readonly FilterPath[] | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const paths = value.split(",", MAX_PATHS).map((path) => path.trim().split(".", MAX_SEGMENTS));
  return paths.some((path) => path[0]?.startsWith("-") || path.includes("**")) ? undefined : paths;
}

/** What of `value` the paths name; undefined when nothing is left. Arrays are looked into, as Elasticsearch does. */
export function project(value: unknown, paths: readonly FilterPath[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => project(item, paths)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const kept: [string, unknown][] = [];
  for (const [key, part] of Object.entries(value)) {
    const below = pathsBelow(key, paths);
    const left = below.length > 0 ? project(part, below) : undefined;
    if (left !== undefined) kept.push([key, left]);
  }
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** What the paths say of the content of `key`. */
export const pathsBelow = (key: string, paths: readonly FilterPath[]): FilterPath[] =>
  paths.filter(([first = ""]) => matches(first, key)).map((path) => path.slice(1));

/** One `*` stands for any run of characters, as in `*`, `err*` or `*_id`. */
function matches(pattern: string, key: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return pattern === key;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return key.length >= start.length + end.length && key.startsWith(start) && key.endsWith(end);
}
