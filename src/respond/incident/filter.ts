import { and, type SQL, sql } from "drizzle-orm";
import type { UnitScope } from "../../organization/access/index.ts";
import type { IncidentListQuery } from "./contract.ts";

export const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;

export const inScope = (column: SQL, scope: UnitScope): SQL =>
  scope.all ? sql`true` : sql`${column} = ANY(${textArray(scope.ids)})`;

/** Where both hold. */
export function both(a: UnitScope, b: UnitScope): UnitScope {
  if (a.all) return b;
  if (b.all) return a;
  return { all: false, ids: a.ids.filter((id) => b.ids.includes(id)) };
}

/** Width and case do not matter when people search: ＩＮＣ and ｱｸｾｽ are found as inc and アクセス. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

export const keyOf = (number: number): string => `INC-${number}`;

/** `INC-12` → 12; undefined when it is not a number of an incident that a database can hold. */
export function numberOf(ref: string): number | undefined {
  const digits = /^INC-([1-9]\d{0,8})$/i.exec(ref)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

type Searched = { readonly title: string; readonly titleJa: string | null; readonly summary: string };
/** Found by what it is called in either language. */
export const searchTextOf = (number: number, { title, titleJa, summary }: Searched): string =>
  folded([keyOf(number), title, titleJa, summary].filter((text) => text !== null).join(" "));

/** Of an incident `i`: it was withdrawn, or all of its alerts went into another one: nothing that anybody has handled. */
export const isWithdrawn = sql`(i.status = 'closed' AND (
  NOT EXISTS (SELECT 1 FROM incident_alert l WHERE l.incident_id = i.id AND l.removed_entry IS NULL)
  OR (SELECT e.actor_kind = 'system' FROM incident_entry e WHERE e.incident_id = i.id AND e.kind = 'changed'
    ORDER BY e.position DESC LIMIT 1)))`;

/** Filter and scope as one condition on the table `i`. `me` is the asking person's id. */
export function whereOf(filter: Partial<IncidentListQuery>, scope: UnitScope, me: string): SQL {
  const parts: SQL[] = [inScope(sql`i.unit_id`, scope)];
  const isAny = (column: SQL, values: readonly string[] | undefined) => {
    if (values && values.length > 0) parts.push(sql`${column} = ANY(${textArray(values)})`);
  };
  isAny(sql`i.id`, filter.id);
  isAny(sql`i.status`, filter.status);
  isAny(sql`i.severity`, filter.severity);
  isAny(sql`i.unit_id`, filter.unit);
  if (filter.openedFrom) parts.push(sql`i.opened_at >= ${filter.openedFrom}::timestamptz`);
  if (filter.openedTo) parts.push(sql`i.opened_at < ${filter.openedTo}::timestamptz`);
  if (filter.withdrawn === "out") parts.push(sql`${isWithdrawn} IS NOT TRUE`);
  if (filter.owner && filter.owner.length > 0) parts.push(ownedBy(filter.owner, me));
  for (const pattern of searchPatterns(filter.q ?? "")) parts.push(sql`i.search_text LIKE ${pattern}`);
  return and(...parts) ?? sql`true`;
}

function ownedBy(owners: readonly string[], me: string): SQL {
  const ids = owners.filter((id) => id !== "none").map((id) => (id === "me" ? me : id));
  const isOneOf = sql`i.owner_id = ANY(${textArray(ids)})`;
  return owners.includes("none") ? sql`(i.owner_id IS NULL OR ${isOneOf})` : isOneOf;
}

/** Words that must all occur, as LIKE patterns. At most 8. */
function searchPatterns(text: string): string[] {
  const words = folded(text.replaceAll("\0", "\uFFFD").toWellFormed()).split(/\s+/u);
  const unique = [...new Set(words.filter((word) => word !== ""))].slice(0, 8);
  return unique.map((word) => `%${word.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`);
}

/** A column as a UTC ISO text with milliseconds. `column` is written in the program, never by people. */
export const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
