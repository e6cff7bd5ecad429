import ipaddr from "ipaddr.js";
import { getDomain } from "tldts";
import { entityText } from "../../monitor/search/language/entity.ts";
import { conditionText } from "../../monitor/search/language/one-condition.ts";
import type { NodeKind } from "./contract.ts";
import type { Occurrence } from "./occurrence.ts";

/** Whom or what an event touches. `key` names it within an incident, whatever its case. */
export type Entity = { readonly key: string; readonly kind: NodeKind; readonly value: string; readonly host: string };
export type Link = { readonly from: Entity; readonly to: Entity };

const entity = (kind: NodeKind, value: string, host = ""): Entity | undefined =>
  value.trim() === ""
    ? undefined
    : { key: `${kind}\n${host.toLowerCase()}\n${value.toLowerCase()}`, kind, value, host };

/** MINATO\s.kato and s.kato are one person. */
const user = (name: string): Entity | undefined => entity("user", name.split("\\").at(-1) ?? name);

/** What was registered, so that a thousand made-up names below it are one. Names of one's own network stay whole. */
export const domainOf = ({ detail }: Pick<Occurrence, "detail">): string => {
  const name = detail.urlDomain || detail.dnsName;
  return getDomain(name) ?? name;
};

const isPath = (text: string): boolean => /^([A-Za-z]:\\|\\\\|\/|%)/.test(text);
const fileName = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== "") ?? path;

/** An address of the internet: neither of a private network nor of this machine. */
export function isOutside(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.process(address).range();
  return ![
    "private",
    "loopback",
    "linkLocal",
    "uniqueLocal",
    "multicast",
    "broadcast",
    "unspecified",
    "carrierGradeNat",
  ].includes(range);
}

/** What one event joins with what, in the direction of the deed. On the network from end to end, on a machine from its user on. */
export function linksOf(occurrence: Occurrence): Link[] {
  const { detail, sourceIp, hostName, six } = occurrence;
  const person = user(six.who) ?? user(occurrence.userName);
  const host = entity("host", hostName);
  const source = entity("address", sourceIp);
  const target =
    entity("domain", domainOf(occurrence)) ??
    entity("address", detail.destinationIp === sourceIp ? "" : detail.destinationIp);
  if (detail.process === "" && target) return network({ person, source: source ?? host, target });
  return [
    ...arrival({ person, source, host, isLocal: isLocal(occurrence) }),
    ...local(occurrence, person ?? host, host),
  ];
}

type Ends = { readonly person: Entity | undefined; readonly source: Entity | undefined; readonly target: Entity };

function network({ person, source, target }: Ends): Link[] {
  return [...link(person, source), ...link(source ?? person, target)];
}

const isLocal = ({ six, hostName }: Occurrence): boolean => six.whereFrom.toLowerCase() === hostName.toLowerCase();

type Arrival = {
  readonly person: Entity | undefined;
  readonly source: Entity | undefined;
  readonly host: Entity | undefined;
  readonly isLocal: boolean;
};

function arrival({ person, source, host, isLocal }: Arrival): Link[] {
  const from = isLocal ? undefined : source;
  return person ? [...link(from, host), ...link(person, host)] : link(from, host);
}

const isFileDeed = ({ what, didWhat }: Occurrence["six"]): boolean =>
  (didWhat.startsWith("file-") || didWhat === "command-run") && isPath(what) && !what.includes(" ");

function local({ detail, six }: Occurrence, actor: Entity | undefined, host: Entity | undefined): Link[] {
  const where = host?.value ?? "";
  const program = (path: string): Entity | undefined => entity("process", path === "" ? "" : fileName(path), where);
  const named = detail.process === "" && /\.exe$/i.test(six.withWhat) ? six.withWhat : "";
  const process = program(detail.process) ?? program(named);
  const parent = program(detail.parent);
  const file = entity("file", detail.file || (isFileDeed(six) ? six.what : ""));
  const account = user(detail.targetUser);
  const starts = parent ? [...link(host, parent), ...link(parent, process)] : link(host, process);
  const deeds = [...link(process ?? actor, file), ...link(actor, account)];
  return [...starts, ...deeds];
}

const link = (from: Entity | undefined, to: Entity | undefined): Link[] =>
  from && to && from.key !== to.key ? [{ from, to }] : [];

/** The search for the events of an entity. */
export function searchFor({ kind, value, host }: Pick<Entity, "kind" | "value" | "host">): string {
  switch (kind) {
    case "host":
      return conditionText("host.name", value);
    case "user":
      // The story knows a person without the realm that the events write before the name.
      return entityText("account", value) || conditionText("user.name", value);
    case "address":
      return `${conditionText("source.ip", value)} or ${conditionText("destination.ip", value)}`;
    case "domain":
      return ["url.domain", "url.registered_domain", "dns.question.name", "dns.question.registered_domain"]
        .map((field) => conditionText(field, value))
        .join(" or ");
    case "process":
      return [conditionText("process.name", value), ...(host === "" ? [] : [conditionText("host.name", host)])].join(
        " and ",
      );
    case "file":
      return conditionText("file.path", value);
  }
}
