import type { LogSource } from "../../event/index.ts";
import type { Aliases } from "./alias.ts";
import { AWS, AZURE, GCP, GITHUB, M365, OKTA } from "./cloud.ts";
import { NETWORK, WEB_SERVICES, ZEEK } from "./network.ts";
import { UNIX } from "./unix.ts";
import { WINDOWS } from "./windows.ts";

const BY_PRODUCT: ReadonlyMap<string, Aliases> = new Map([
  ["windows", WINDOWS],
  ["linux", UNIX],
  ["macos", UNIX],
  ["zeek", ZEEK],
  ["aws", AWS],
  ["azure", AZURE],
  ["gcp", GCP],
  ["m365", M365],
  ["okta", OKTA],
  ["github", GITHUB],
]);
const BY_SERVICE: ReadonlyMap<string, Aliases> = new Map([
  ["apache", WEB_SERVICES],
  ["nginx", WEB_SERVICES],
]);

/** Rules of one log source ask for the same few fields. */
const MAX_REMEMBERED = 20_000;
const remembered = new Map<string, readonly string[]>();

/**
 * Event field names that may hold a rule's field, best first: Sigma's own name, then the vendor's, then ECS.
 * The same rule field means different things by log source: `Image` of a 4688 is `NewProcessName`.
 */
export function candidateNames(field: string, logsource: LogSource): readonly string[] {
  const key = `${logsource.product}\n${logsource.category}\n${logsource.service}\n${field}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const names = findNames(field, logsource);
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, names);
  return names;
}

function findNames(field: string, logsource: LogSource): readonly string[] {
  const aliases = BY_PRODUCT.get(logsource.product) ?? BY_SERVICE.get(logsource.service) ?? NETWORK;
  const names = [
    field,
    ...own(aliases.byCategory, logsource.category, field),
    ...own(NETWORK.byCategory, logsource.category, field),
    ...aliases.prefixes.map((prefix) => prefix + field),
    ...(Object.hasOwn(aliases.always, field) ? (aliases.always[field] ?? []) : []),
  ];
  return [...new Set(names)];
}

function own(table: Aliases["byCategory"], category: string, field: string): readonly string[] {
  const fields = Object.hasOwn(table, category) ? table[category] : undefined;
  return fields && Object.hasOwn(fields, field) ? (fields[field] ?? []) : [];
}

/** Fields of rules for which events of this log source are known to have other names: those that most rules use. */
export function knownFields(logsource: LogSource): readonly string[] {
  const aliases = BY_PRODUCT.get(logsource.product) ?? BY_SERVICE.get(logsource.service) ?? NETWORK;
  const tables = [aliases, NETWORK].flatMap(({ byCategory }) =>
    Object.hasOwn(byCategory, logsource.category) ? [byCategory[logsource.category] ?? {}] : [],
  );
  return [...new Set([...tables, aliases.always].flatMap((table) => Object.keys(table)))];
}
