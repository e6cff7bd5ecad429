import { type Fields, type LogSource, windowsRoutes } from "../../event/index.ts";
import { Group, type RunnableRule } from "./group.ts";
import type { Predicate } from "./predicate.ts";

export type RoutedRule = RunnableRule & {
  readonly logsource: LogSource;
  /** The event ids the rule is limited to, if it is. */
  readonly eventIds: ReadonlySet<string> | undefined;
};

type Tables = { readonly predicates: readonly Predicate[]; readonly slots: readonly (readonly string[])[] };

/** Ids of an event that no rule names are all alike to the rules. */
const OTHER_ID = "other";
/** Distinct kinds of event remembered; a hostile sender cannot grow the table past this. */
const MAX_KINDS = 20_000;

/** Finds the group of rules that apply to an event. Groups are built when their first event comes. */
export class Router {
  readonly #rules: readonly RoutedRule[];
  readonly #tables: Tables;
  readonly #namedIds: ReadonlySet<string>;
  readonly #groupByKind = new Map<string, Group>();
  readonly #groupByRules = new Map<string, Group>();

  constructor(rules: readonly RoutedRule[], tables: Tables) {
    this.#rules = rules;
    this.#tables = tables;
    this.#namedIds = new Set(rules.flatMap((rule) => [...(rule.eventIds ?? [])]));
  }

  groupOf(fields: Fields, logsource: LogSource): Group {
    const { product, category, service } = logsource;
    const eventId = this.#knownId(fields.EventID);
    const channel = product === "windows" && typeof fields.Channel === "string" ? fields.Channel : "";
    const type = category === "registry_event" && typeof fields.EventType === "string" ? fields.EventType : "";
    const kind = `${product}\n${category}\n${service}\n${channel}\n${eventId}\n${type}`;
    return this.#groupByKind.get(kind) ?? this.#learn(kind, routesOf(fields, logsource), eventId);
  }

  #knownId(value: unknown): string {
    if (value === undefined || value === null || typeof value === "object") return "";
    const text = String(value);
    return this.#namedIds.has(text) ? text : OTHER_ID;
  }

  #learn(kind: string, routes: readonly LogSource[], eventId: string): Group {
    const rules = this.#rules.filter(
      (rule) => routes.some((route) => applies(rule, route)) && isIdPossible(rule, eventId),
    );
    const key = rules.map((rule) => rule.number).join();
    const group = this.#groupByRules.get(key) ?? new Group(rules, this.#tables.predicates, this.#tables.slots);
    this.#groupByRules.set(key, group);
    if (this.#groupByKind.size < MAX_KINDS) this.#groupByKind.set(kind, group);
    return group;
  }
}

/** A log source of the event's own, as the parser says, and for Windows all that its channel and id belong to. */
function routesOf(fields: Fields, logsource: LogSource): readonly LogSource[] {
  const { Channel: channel, EventID: id, EventType: type } = fields;
  if (
    logsource.product !== "windows" ||
    typeof channel !== "string" ||
    (typeof id !== "string" && typeof id !== "number")
  )
    return [logsource];
  return [logsource, ...windowsRoutes(channel, id, typeof type === "string" ? type : "")];
}

function applies({ logsource }: RoutedRule, route: LogSource): boolean {
  const fits = (wanted: string, actual: string) => wanted === "" || wanted === actual;
  return (
    fits(logsource.product, route.product) &&
    fits(logsource.category, route.category) &&
    fits(logsource.service, route.service)
  );
}

const isIdPossible = (rule: RoutedRule, eventId: string): boolean =>
  eventId === "" || rule.eventIds === undefined || rule.eventIds.has(eventId);
