import type { EventsLink } from "./contract.ts";

type Linked = {
  readonly ruleId: string;
  readonly entityKind: "host" | "user" | "address" | "domain" | "source";
  readonly entity: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** `contributing`: only of correlations. */
  readonly sample?: { readonly contributing?: unknown; readonly dataset?: string };
};

/** The search field that holds each kind of entity. */
const FIELDS = {
  host: "host.name",
  user: "user.name",
  address: "source.ip",
  domain: "url.domain",
  source: "source",
} as const satisfies Record<Linked["entityKind"], string>;

/**
 * The search that shows an alert's events: the same rule on the same entity, from the first second to past the last. Events do not
 * carry the correlations that they contributed to, so for those it is all of the entity's events.
 */
export function eventsLink(linked: Linked): EventsLink {
  const rule = linked.sample?.contributing === undefined ? `rule:${quoted(linked.ruleId)} and ` : "";
  // Yagura's own events are about another source than the one that they are of.
  const isAboutSource = linked.entityKind === "source" && linked.sample?.dataset === "yagura.log_source";
  const field = isAboutSource ? "log_source.id" : FIELDS[linked.entityKind];
  return {
    q: `${rule}${field}:${quoted(linked.entity)}`,
    from: new Date(Math.floor(linked.firstAt.getTime() / 1000) * 1000).toISOString(),
    to: new Date(Math.floor(linked.lastAt.getTime() / 1000) * 1000 + 1000).toISOString(),
  };
}

/** Bare when it is a plain word in the search language, else a quoted phrase. */
function quoted(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return text;
  return `"${text.replaceAll(/["\\]/g, (special) => `\\${special}`)}"`;
}
