import { z } from "zod";
import type { GuardedRoute } from "./guard.ts";

/** `id`, `ids`, `alertIds`, `unitId`, and the short names by which filters say the same. */
const NAMES_OBJECT = /^(id|ids|unit|source|assignee|owner|.*[a-z]Ids?)$/;

/**
 * The parameters by which a route can name an object: all of its path, and those of its query (`?unit`) and body, at any
 * depth (`grants.unitId`), that are called like an id. Each must be aimed at, or say why it need not be.
 */
export function objectParameters(route: GuardedRoute): string[] {
  const inPath = route.url.match(/:[A-Za-z]+|\*/g) ?? [];
  const inQuery = propertiesOf(route.schema?.querystring).map((name) => `?${name}`);
  return [...inPath, ...inQuery, ...propertiesOf(route.schema?.body)];
}

function propertiesOf(schema: unknown): string[] {
  if (!(schema instanceof z.ZodType)) return [];
  return namesIn(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "");
}

/** Walks a JSON Schema (draft 2020-12): properties, items, unions. */
function namesIn(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return [...new Set(schema.flatMap((part) => namesIn(part, path)))];
  if (typeof schema !== "object" || schema === null) return [];
  const names = Object.entries(schema).flatMap(([key, value]) =>
    key === "properties" ? named(value, path) : namesIn(value, path),
  );
  return [...new Set(names)];
}

function named(properties: object, path: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    ...(NAMES_OBJECT.test(name) ? [`${path}${name}`] : []),
    ...namesIn(schema, `${path}${name}.`),
  ]);
}
