import { literalText, type Pattern } from "./ast.ts";
import { anyOf, foldOf, likesOf, matchesLike, type ParamBag, variantsOf } from "./condition.ts";

/**
 * Full text: the words stand somewhere in the raw event, any case. Events that came as JSON hold some texts in escaped
 * form (`C:\\Windows`, `\u5931`), so those forms are looked for as well, in the same pass.
 */
export function rawContains(pattern: Pattern, bag: ParamBag): string {
  return anyOf(RAW_TEXTS.map((sql) => textContains(sql, pattern, bag)));
}

/** `decoded` is empty for UTF-8, where the bytes are the text; for other encodings it is the text that the bytes are. */
export const RAW_TEXTS = ["raw", "decoded"] as const;

function textContains(sql: string, pattern: Pattern, bag: ParamBag): string {
  const trimmed = withoutOuterStars(pattern);
  const text = literalText(trimmed);
  if (text === undefined) {
    const likes = likesOf(trimmed, "%").flatMap((like) => [like, like.replaceAll("\\\\", "\\\\\\\\")]);
    return anyOf([...new Set(likes)].map((like) => matchesLike(sql, like, bag)));
  }
  if (text === "") return "1";
  const forms = searchedForms(text);
  if (forms.length === 1) return anyOf(likesOf(trimmed, "%").map((like) => matchesLike(sql, like, bag)));
  if (forms.some((form) => foldOf(form) === "lowerUTF8")) {
    return `multiSearchAnyCaseInsensitiveUTF8(${sql}, ${bag.add("Array(String)", forms)})`;
  }
  return `multiSearchAny(lower(${sql}), ${bag.add("Array(String)", forms.map(asciiLower))})`;
}

/** The forms that a text is looked for in; one of them stands in every event that matches. */
export const searchedForms = (text: string): string[] => [...new Set(variantsOf(text).flatMap(writtenForms))];

/** As it is, as `JSON.stringify` writes it, and as encoders write it that keep to ASCII. */
function writtenForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [text, json, ascii];
}

const asciiLower = (text: string): string => text.replaceAll(/[A-Z]/g, (char) => char.toLowerCase());

/** A word stands anywhere in the text anyway. */
export function withoutOuterStars(pattern: Pattern): Pattern {
  const start = pattern[0]?.kind === "many" ? 1 : 0;
  const end = pattern.at(-1)?.kind === "many" ? -1 : undefined;
  return pattern.slice(start, end);
}
