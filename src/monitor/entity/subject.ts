import { AppError } from "../../kernel/errors.ts";
import { spelled } from "../event/index.ts";
import { literal, type Pattern, type Query } from "../search/language/ast.ts";
import { printQuery } from "../search/language/print.ts";
import type { EntityKind } from "./contract.ts";

/** Which events name an entity, as a question in the language of search: the page and the search that it leads to agree. */
export type Subject = {
  readonly kind: EntityKind;
  readonly value: string;
  /** The fields in which it can stand, each with what matches there. */
  readonly places: readonly Place[];
};
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

/** Errors: `invalid` for a value that cannot be of its kind. */
export function subjectOf(kind: EntityKind, given: string): Subject {
  const value = spelled(kind, given);
  if (value === undefined) throw new AppError("invalid", `This is no ${kind}.`, { kind });
  return { kind, value, places: placesOf(kind, value) };
}

function placesOf(kind: EntityKind, value: string): Place[] {
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

const match = (field: string, pattern: Pattern): Query => ({ kind: "match", field, pattern, at: 0 });
const anyOf = (items: readonly Query[]): Query => {
  const [only] = items;
  return only !== undefined && items.length === 1 ? only : { kind: "or", items };
};

/** A place where events name it, and how they write it there, the most frequent first. */
export type Found = { readonly place: Place; readonly events: number; readonly spellings: readonly string[] };

/** So many spellings are named one by one; of a field with more, what matches there stands for all. */
export const MAX_SPELLINGS = 20;

/**
 * The events that name it: plain equalities, which the engine's indexes know, at the places where there are any. When there
 * are none, every place with all that could match.
 */
export function queryOf({ places }: Subject, found: readonly Found[]): Query {
  if (found.length === 0)
    return anyOf(places.map(queryAt).flatMap((query) => (query.kind === "or" ? query.items : query)));
  return anyOf(
    found.flatMap(({ place, spellings }) => {
      const unlike = [...new Map(spellings.map((text) => [text.toLowerCase(), text])).values()];
      return spellings.length < MAX_SPELLINGS
        ? unlike.map((text) => match(place.field, literal(text)))
        : place.patterns.map((pattern) => match(place.field, pattern));
    }),
  );
}

const MAX_QUERY_CHARS = 4_000;
const MAX_VALUE_CHARS = 1_000;

/** The question as people type it; "" when it is longer than one may be. */
export function queryText({ value }: Subject, query: Query): string {
  const text = printQuery(query);
  return value.length <= MAX_VALUE_CHARS && text.length <= MAX_QUERY_CHARS ? text : "";
}
