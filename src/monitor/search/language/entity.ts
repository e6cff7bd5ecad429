import { bareAccount, shortHost, withoutDot } from "../../../kernel/bare-name.ts";
import { LIMITS, literal, type Pattern, type Query } from "./ast.ts";
import { printQuery } from "./print.ts";

/** Where an entity can stand, and how it is written there. Its page and every link to a search of it ask the same. */
export type EntityKind = "host" | "account" | "address" | "domain" | "hash";
export type Place = { readonly field: string; readonly patterns: readonly Pattern[] };

const HOST_FIELDS = ["host.name", "source.owner.host", "destination.owner.host"];
const ACCOUNT_FIELDS = ["user.name", "user.target.name", "source.owner.user", "destination.owner.user"];
const ADDRESS_FIELDS = ["source.ip", "destination.ip", "host.ip"];
const DOMAIN_FIELDS = [
  "url.domain",
  "url.registered_domain",
  "dns.question.name",
  "dns.question.registered_domain",
  "destination.domain",
  "destination.registered_domain",
  "source.domain",
];
const HASH_FIELDS: Readonly<Record<number, string>> = {
  32: "file.hash.md5",
  40: "file.hash.sha1",
  64: "file.hash.sha256",
};

/** value: in the spelling that is compared. */
export function placesOf(kind: EntityKind, value: string): Place[] {
  const at = (fields: readonly string[], ...patterns: Pattern[]) => fields.map((field) => ({ field, patterns }));
  const exactly = literal(value);
  switch (kind) {
    case "host":
      return at(HOST_FIELDS, exactly, [{ kind: "text", text: `${value}.` }, { kind: "many" }]);
    case "account":
      return at(
        ACCOUNT_FIELDS,
        exactly,
        [{ kind: "many" }, { kind: "text", text: `\\${value}` }],
        [{ kind: "text", text: `${value}@` }, { kind: "many" }],
      );
    case "address":
      return at(ADDRESS_FIELDS, exactly);
    case "domain":
      return at(DOMAIN_FIELDS, exactly, literal(`${value}.`));
    case "hash":
      return at([HASH_FIELDS[value.length] ?? "file.hash.sha256"], exactly);
  }
}

/** What is at a place at all. */
export const queryAt = ({ field, patterns }: Place): Query => anyOf(patterns.map((pattern) => match(field, pattern)));

/** Every place with all that could match. */
export const queryOfPlaces = (places: readonly Place[]): Query =>
  anyOf(places.map(queryAt).flatMap((query) => (query.kind === "or" ? query.items : query)));

export const match = (field: string, pattern: Pattern): Query => ({ kind: "match", field, pattern, at: 0 });
export const anyOf = (items: readonly Query[]): Query => {
  const [only] = items;
  return only !== undefined && items.length === 1 ? only : { kind: "or", items };
};

/**
 * The search for an entity as a log or an alert names it, wherever it stands and however it is written there; "" when that is
 * longer than a query may be, or nothing is left of the name.
 */
export function entityText(kind: EntityKind, written: string): string {
  const value = bareOf(kind, written);
  if (value === "" || value.length > LIMITS.valueChars) return "";
  const text = printQuery(queryOfPlaces(placesOf(kind, value)));
  return text.length <= LIMITS.queryChars ? text : "";
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$|:/;

/** As `spelled` of the events does, without its judgment of what is no address and no digest. */
function bareOf(kind: EntityKind, written: string): string {
  const name = written.trim().toLowerCase();
  if (kind === "account") return bareAccount(name);
  if (kind === "domain") return withoutDot(name);
  return kind === "host" && !ADDRESS.test(name) ? shortHost(name) : name;
}
