import { RE2JS } from "re2js";
import type { Params, ParamValue } from "../../../platform/events/index.ts";
import { literalText, type Pattern } from "./ast.ts";
import type { Clock } from "./instant.ts";
import { fault } from "./scan.ts";

/** Collects the values of one query. A value reaches the engine only as a typed parameter, never as SQL text. */
export class ParamBag {
  readonly values: Record<string, ParamValue> = {};
  private readonly prefix: string;
  private count = 0;

  constructor(prefix = "p") {
    this.prefix = prefix;
  }

  add(type: string, value: ParamValue): string {
    const name = `${this.prefix}${this.count}`;
    this.count += 1;
    this.values[name] = value;
    return `{${name}:${type}}`;
  }

  get params(): Params {
    return this.values;
  }
}

/** What every condition is compiled with. */
export type CompileWays = { readonly bag: ParamBag; readonly clock: Clock };

/**
 * `lower()` folds ASCII only and is vectorized; texts in scripts without case (Japanese) need no more. Only a needle with
 * cased letters beyond ASCII (`é`, `Ａ`) pays for `lowerUTF8`.
 */
export function foldOf(needle: string): "lower" | "lowerUTF8" {
  for (const char of needle) {
    if (char > "\x7f" && (char.toLowerCase() !== char || char.toUpperCase() !== char)) return "lowerUTF8";
  }
  return "lower";
}

/** As typed, and as Unicode normalizes it: half-width kana and full-width letters find their usual forms. */
export function variantsOf(text: string): string[] {
  const normal = text.normalize("NFKC");
  return normal === text ? [text] : [text, normal];
}

/** `sql` is `value`, whatever the case. */
export function equalsText(sql: string, value: string, bag: ParamBag): string {
  return anyOf(
    variantsOf(value).map((variant) => {
      const fold = foldOf(variant);
      return `${fold}(${sql}) = ${fold}(${bag.add("String", variant)})`;
    }),
  );
}

export function matchesPattern(sql: string, pattern: Pattern, bag: ParamBag): string {
  return anyOf(likesOf(pattern).map((like) => matchesLike(sql, like, bag)));
}

/** `sql` matches the LIKE pattern, whatever the case. */
export function matchesLike(sql: string, like: string, bag: ParamBag): string {
  const fold = foldOf(like);
  return `${fold}(${sql}) LIKE ${fold}(${bag.add("String", like)})`;
}

/** A pattern as LIKE patterns: as typed and normalized. */
export function likesOf(pattern: Pattern, around: "" | "%" = ""): string[] {
  const typed = likeOf(pattern, (text) => text);
  const normal = likeOf(pattern, (text) => text.normalize("NFKC"));
  return [...new Set([typed, normal])].map((like) => `${around}${like}${around}`);
}

const likeOf = (pattern: Pattern, write: (text: string) => string): string =>
  pattern
    .map((part) => (part.kind === "text" ? escapeLike(write(part.text)) : part.kind === "one" ? "_" : "%"))
    .join("");

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** RE2 on both sides: what compiles here compiles in the engine, in linear time. */
export function matchesRegex(sql: string, source: string, at: number, bag: ParamBag): string {
  try {
    RE2JS.compile(source);
  } catch {
    fault("bad_regex", at, "a regular expression in RE2 syntax", "this regular expression is not valid (RE2 syntax)");
  }
  return `match(${sql}, ${bag.add("String", source)})`;
}

export const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 1 ? (conditions[0] ?? "0") : `(${conditions.join(" OR ")})`;

/** The literal value of a pattern, for kinds that know no wildcards. */
export function literalOrFault(pattern: Pattern, at: number, expected: string): string {
  const value = literalText(pattern);
  if (value === undefined)
    return fault("no_wildcard_here", at, expected, "this field cannot be compared with wildcards");
  return value.normalize("NFKC").trim();
}
