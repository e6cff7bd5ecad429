import { AppError } from "../../kernel/errors.ts";
import { spelled } from "../event/index.ts";
import { LIMITS, literal, type Query } from "../search/language/ast.ts";
import { anyOf, match, type Place, placesOf, queryOfPlaces } from "../search/language/entity.ts";
import { printQuery } from "../search/language/print.ts";
import type { EntityKind } from "./contract.ts";

/** Which events name an entity, as a question in the language of search: the page and the search that it leads to agree. */
export type Subject = {
  readonly kind: EntityKind;
  readonly value: string;
  /** The fields in which it can stand, each with what matches there. */
  readonly places: readonly Place[];
};
/** Errors: `invalid` for a value that cannot be of its kind. */
export function subjectOf(kind: EntityKind, given: string): Subject {
  const value = spelled(kind, given);
  if (value === undefined) throw new AppError("invalid", `This is no ${kind}.`, { kind });
  return { kind, value, places: placesOf(kind, value) };
}

/** A place where events name it, and how they write it there, the most frequent first. */
export type Found = { readonly place: Place; readonly events: number; readonly spellings: readonly string[] };

/** So many spellings are named one by one; of a field with more, what matches there stands for all. */
export const MAX_SPELLINGS = 20;

/**
 * The events that name it: plain equalities, which the engine's indexes know, at the places where there are any. When there
 * are none, every place with all that could match.
 */
export function queryOf({ places }: Subject, found: readonly Found[]): Query {
  if (found.length === 0) return queryOfPlaces(places);
  return anyOf(
    found.flatMap(({ place, spellings }) => {
      const unlike = [...new Map(spellings.map((text) => [text.toLowerCase(), text])).values()];
      return spellings.length < MAX_SPELLINGS
        ? unlike.map((text) => match(place.field, literal(text)))
        : place.patterns.map((pattern) => match(place.field, pattern));
    }),
  );
}

/** The question as people type it; "" when it is longer than one may be. */
export function queryText({ value }: Subject, query: Query): string {
  const text = printQuery(query);
  return value.length <= LIMITS.valueChars && text.length <= LIMITS.queryChars ? text : "";
}
