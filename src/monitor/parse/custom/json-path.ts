import { MAX_DEPTH, MAX_ITEMS } from "../bounds.ts";
import { isObject } from "../flatten.ts";
import { Fault, type Path } from "./problem.ts";

/** A member's name, an index, or every element. */
type Part = string | number | "*";
type JsonPath = readonly { readonly part: Part; readonly isEach: boolean }[];

const PART = /(?:\.|^)([^.[\]'"]+)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d{1,6}|\*)\]/y;

/** `a.b`, `$.a[0].b`, `a['x.y']`, `a[*].b`. Errors: Fault. */
export function compileJsonPath(text: string, path: Path): JsonPath {
  const parts: { part: Part; isEach: boolean }[] = [];
  let at = text.startsWith("$") ? 1 : 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const found = PART.exec(text);
    if (found === null || (at > 0 && found[1] !== undefined && text[at] !== "."))
      throw new Fault(path, `The path "${text}" cannot be read at character ${at + 1}.`);
    const [, name, single, double, index] = found;
    if (index === "*") parts.push({ part: "*", isEach: true });
    else parts.push({ part: index === undefined ? (name ?? single ?? double ?? "") : Number(index), isEach: false });
    at = PART.lastIndex;
  }
  if (parts.length === 0 || parts.length > MAX_DEPTH) throw new Fault(path, `A path has 1 to ${MAX_DEPTH} parts.`);
  return parts;
}

/** The values at a path, at most MAX_ITEMS; objects and lists themselves are none. */
export function valuesAt(root: unknown, path: JsonPath): unknown[] {
  let found: unknown[] = [root];
  for (const { part, isEach } of path) {
    found = found.flatMap((value) => step(value, part, isEach)).slice(0, MAX_ITEMS);
    if (found.length === 0) return found;
  }
  return found
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value) => typeof value !== "object" || value === null)
    .slice(0, MAX_ITEMS);
}

function step(value: unknown, part: Part, isEach: boolean): unknown[] {
  if (isEach) return Array.isArray(value) ? value : [];
  if (typeof part === "number") return Array.isArray(value) && part < value.length ? [value[part]] : [];
  return isObject(value) && Object.hasOwn(value, part) ? [value[part]] : [];
}
