import { entityText } from "../../src/monitor/search/language/entity.ts";
import type { EntityKind, EntityRef } from "../api/entities.ts";

/** Which fields name an entity, and of which kind. */
const KIND_OF: Readonly<Record<string, EntityKind>> = {
  "host.name": "host",
  "source.owner.host": "host",
  "destination.owner.host": "host",
  "user.name": "account",
  "user.target.name": "account",
  "source.owner.user": "account",
  "destination.owner.user": "account",
  "source.ip": "address",
  "destination.ip": "address",
  "host.ip": "address",
  "url.domain": "domain",
  "url.registered_domain": "domain",
  "dns.question.name": "domain",
  "dns.question.registered_domain": "domain",
  "source.domain": "domain",
  "destination.domain": "domain",
  "destination.registered_domain": "domain",
  "file.hash.md5": "hash",
  "file.hash.sha1": "hash",
  "file.hash.sha256": "hash",
};
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})$/i;
const MAX_VALUE_CHARS = 1_300;

/** The entity that a value of a field names; undefined when the field names none. An address is one, whatever the field. */
export function entityOfField(field: string, value: string | number): EntityRef | undefined {
  const text = String(value);
  if (text === "" || text.length > MAX_VALUE_CHARS) return undefined;
  if (ADDRESS.test(text)) return { kind: "address", value: text };
  const kind = KIND_OF[field];
  return kind && { kind, value: text };
}

/** As alerts and incidents name the kinds: a user is an account. A log source has a page of its own. */
export function entityOfAlert(kind: string, value: string): EntityRef | undefined {
  const known = {
    host: "host",
    user: "account",
    account: "account",
    address: "address",
    domain: "domain",
    hash: "hash",
  } as const;
  const named = known[kind as keyof typeof known];
  return named && value !== "" ? { kind: named, value } : undefined;
}

/** What finds such an entity wherever it stands; "" for a kind that stands in one field alone. */
export function searchOfAlert(kind: string, value: string): string {
  const entity = entityOfAlert(kind, value);
  return entity ? entityText(entity.kind, entity.value) : "";
}

/** The search field that holds each kind of entity, as alerts and incidents name them. */
export const FIELD_OF_KIND: Readonly<Record<string, string>> = {
  host: "host.name",
  user: "user.name",
  account: "user.name",
  address: "source.ip",
  domain: "url.domain",
  hash: "file.hash.sha256",
  source: "source",
  process: "process.executable",
  file: "file.path",
};

/** A path has no part named `.` or `..`: browsers walk them. Such a value, and one that looks escaped, gets a mark before it. */
export const toPathValue = (value: string): string => {
  const text = value.toWellFormed();
  return /^(~|\.{1,2}$)/.test(text) ? `~${text}` : text;
};
export const fromPathValue = (text: string): string => (text.startsWith("~") ? text.slice(1) : text);

/** For the router's links. */
export const entityParams = ({ kind, value }: EntityRef) => ({ kind, value: toPathValue(value) });
