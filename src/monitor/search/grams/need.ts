import { literalText, type Pattern, type Query } from "../language/ast.ts";
import { foldOf } from "../language/condition.ts";
import { resolveField } from "../language/names.ts";
import { searchedForms, withoutOuterStars } from "../language/raw-text.ts";
import { type GramPlaces, placesOf } from "./filter.ts";

/** What the raw text of an event must hold for a query to match. `any` = the query tells nothing about that. */
export type Need =
  | { readonly kind: "any" }
  | { readonly kind: "grams"; readonly places: GramPlaces }
  | { readonly kind: "and" | "or"; readonly items: readonly Need[] };

const ANY: Need = { kind: "any" };
/**
 * Tests on one text: each costs the engine time to plan. With a third of the bits set five would leave one chunk in two hundred, but
 * of an address most sixes stand in every chunk of a firewall's log: all of them are asked.
 */
const MAX_THREES = 3;
const MAX_SIXES = 8;
/** Texts in one query; a longer list is searched without grams. */
const MAX_TEXTS = 60;

/** The need of a query. Never narrower than the query: whatever matches fulfils it. */
export function needOf(query: Query): Need {
  const need = needIn(query);
  return textsIn(need) > MAX_TEXTS ? ANY : need;
}

function needIn(query: Query): Need {
  switch (query.kind) {
    case "and":
      return every(query.items.map(needIn));
    case "or":
      return some(query.items.map(needIn));
    case "text":
      return patternNeed(query.pattern);
    case "match":
      return resolveField(query.field).kind === "raw" ? patternNeed(query.pattern) : ANY;
    default:
      return ANY;
  }
}

/** One of the forms in which the text may be written, or, with wildcards, all the texts between them. */
function patternNeed(whole: Pattern): Need {
  const pattern = withoutOuterStars(whole);
  const text = literalText(pattern);
  if (text !== undefined) {
    const forms = searchedForms(text);
    const isUnicode = forms.some(isComparedAsUnicode);
    return some(forms.map((form) => every(certainParts(form, { isUnicode }).map(textNeed))));
  }
  const normal = pattern.map((part) => (part.kind === "text" ? { ...part, text: part.text.normalize("NFKC") } : part));
  return some([pattern, normal].map(wildcardNeed));
}

function wildcardNeed(pattern: Pattern): Need {
  const texts = pattern.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  // A backslash may stand doubled in the text (JSON), so what is certain ends there.
  const ways = { isUnicode: texts.some(isComparedAsUnicode), splitAt: "\\" };
  return every(texts.flatMap((text) => certainParts(text, ways)).map(textNeed));
}

const isComparedAsUnicode = (text: string): boolean => foldOf(text) === "lowerUTF8";

/**
 * The parts of a text whose bytes are certain but for the case of ASCII letters. In a comparison by Unicode, letters
 * beyond ASCII have several cases, and ſ, the Kelvin sign and İ fold onto s, k and i.
 */
function certainParts(text: string, { isUnicode, splitAt }: { isUnicode: boolean; splitAt?: string }): string[] {
  const parts = [""];
  for (const char of text) {
    const isCertain = char !== splitAt && !(isUnicode && (isComparedAsUnicode(char) || /[iks]/i.test(char)));
    if (isCertain) parts[parts.length - 1] += char;
    else parts.push("");
  }
  return parts.filter((part) => part !== "");
}

function textNeed(text: string): Need {
  const { three, six } = placesOf(Buffer.from(text, "utf8"));
  if (three.length === 0) return ANY;
  return { kind: "grams", places: { three: spread(three, MAX_THREES), six: spread(six, MAX_SIXES) } };
}

/** `count` of the items, evenly apart, with the first and the last: texts often differ at their ends. */
function spread(items: readonly number[], count: number): number[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))] as number);
}

function every(items: readonly Need[]): Need {
  const telling = items.filter((item) => item.kind !== "any");
  return telling.length === 0 ? ANY : { kind: "and", items: telling };
}

const some = (items: readonly Need[]): Need =>
  items.length === 0 || items.some((item) => item.kind === "any") ? ANY : { kind: "or", items };

function textsIn(need: Need): number {
  if (need.kind === "any") return 0;
  return need.kind === "grams" ? 1 : need.items.reduce((sum, item) => sum + textsIn(item), 0);
}

/** False when no grams can help a query. */
export const isNarrowable = (query: Query): boolean => needOf(query).kind !== "any";

/** The need as a condition over `raw_grams`; only numbers of ours enter the text. Undefined when it tells nothing. */
export function needSql(need: Need): string | undefined {
  return need.kind === "any" ? undefined : sqlOf(need);
}

function sqlOf(need: Exclude<Need, { kind: "any" }>): string {
  if (need.kind === "grams") {
    const { three, six } = need.places;
    return [...three.map((place) => isSet("three", place)), ...six.map((place) => isSet("six", place))].join(" AND ");
  }
  const items = need.items.flatMap((item) => (item.kind === "any" ? [] : [`(${sqlOf(item)})`]));
  return items.join(need.kind === "and" ? " AND " : " OR ");
}

/** A folded set has a power of two bytes; the place is taken modulo its size. */
const isSet = (set: "three" | "six", place: number): string =>
  `bitAnd(reinterpretAsUInt8(substring(${set}, 1 + bitAnd(${place >>> 3}, length(${set}) - 1), 1)), ${1 << (place & 7)}) != 0`;
