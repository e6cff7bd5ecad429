import { type LogSource, type WindowsPlace, windowsPlaces } from "../../event/index.ts";
import { type Expression, fieldsOf } from "../rule/expression.ts";
import { foldSql } from "./fold.ts";
import { allOfSql, anyOfSql, textList, textLiteral } from "./literal.ts";

/**
 * Whether a rule's log source is one of the event's: the one the parser named, and for Windows all that its channel and id
 * belong to. Reads narrow columns first. The parser writes `event_code` of a Windows event from its EventID.
 */
export function logsourceSql(logsource: LogSource): string {
  const { product, category, service } = logsource;
  const own = (["product", "category", "service"] as const)
    .filter((part) => logsource[part] !== "")
    .map((part) => `${part} = ${textLiteral(logsource[part])}`);
  const ways = [allOfSql(own)];
  if (category !== "" && (product === "" || product === "windows"))
    for (const place of windowsPlaces(category))
      if (service === "" || service === place.service) ways.push(placeSql(place));
  return anyOfSql(ways);
}

/** A necessary condition: the event ids that a Windows rule is limited to, which `event_code` tells without reading fields. */
export function eventIdsSql(expression: Expression, { product }: LogSource): string {
  const ids = product === "windows" ? eventIdsOf(expression) : undefined;
  return ids ? `event_code IN (${textList([...ids])})` : "1";
}

function placeSql({ channels, eventIds, typedIds, isDeletion }: WindowsPlace): string {
  const conditions = ["product = 'windows'", `event_code IN (${textList(eventIds)})`, channelSql(channels)];
  if (typedIds.length > 0) {
    const isDelete = `startsWith(${foldSql("fields['EventType']")}, 'delete')`;
    const untyped = "fields['EventType'] = '' OR has(list_fields, 'EventType')";
    conditions.push(
      `(event_code NOT IN (${textList(typedIds)}) OR ${untyped} OR ${isDeletion ? isDelete : `NOT ${isDelete}`})`,
    );
  }
  return allOfSql(conditions);
}

const channelSql = (channels: readonly string[]): string =>
  `(NOT has(list_fields, 'Channel') AND ${foldSql("fields['Channel']")} IN (${textList(channels)}))`;

/** Event ids of which one is needed whenever the expression holds; undefined when it needs none. */
function eventIdsOf(expression: Expression): ReadonlySet<string> | undefined {
  if (expression.op === "not" || !fieldsOf(expression).has("EventID")) return undefined;
  if (expression.op === "test") {
    const { test } = expression;
    if (test.kind !== "literals" || expression.field !== "EventID") return undefined;
    return test.literals.every(({ place }) => place === "equals")
      ? new Set(test.literals.map(({ text }) => text))
      : undefined;
  }
  const parts = expression.of.map(eventIdsOf);
  const limits = parts.filter((part) => part !== undefined);
  if (expression.op === "and") return limits.sort((a, b) => a.size - b.size)[0];
  return limits.length < parts.length ? undefined : new Set(limits.flatMap((ids) => [...ids]));
}
