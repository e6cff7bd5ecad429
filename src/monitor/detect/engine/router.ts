import { type Fields, type FieldValue, type LogSource, windowsRoutes } from "../../event/index.ts";
import { foldCase } from "../rule/fold-case.ts";
import { Group, type RunnableRule } from "./group.ts";
import { KindTable, kindOf } from "./kind-table.ts";
import type { Predicate } from "./predicate.ts";
import { scalarText } from "./values.ts";

export type RoutedRule = RunnableRule & {
  readonly logsource: LogSource;
  /** The event ids the rule is limited to, if it is. */
  readonly eventIds: ReadonlySet<string> | undefined;
};

type Tables = { readonly predicates: readonly Predicate[]; readonly slots: readonly (readonly string[])[] };

/** Ids of an event that no rule names are all alike to the rules. */
const OTHER_ID = "other";
/** Groups remembered by routes: far more than there are, and a bound all the same. */
const MAX_ROUTES = 20_000;

/** Finds the group of rules that apply to an event. Groups are built when their first event comes. */
export class Router {
  readonly #rules: readonly RoutedRule[];
  readonly #tables: Tables;
  readonly #namedIds: ReadonlySet<string>;
  readonly #kinds = new KindTable<Group>();
  readonly #groupByRoutes = new Map<string, Group>();
  readonly #groupByRules = new Map<string, Group>();

  constructor(rules: readonly RoutedRule[], tables: Tables) {
    this.#rules = rules;
    this.#tables = tables;
    this.#namedIds = new Set(rules.flatMap((rule) => [...(rule.eventIds ?? [])]));
  }

  groupOf(fields: Fields, logsource: LogSource): Group {
    const kind = kindOf(fields, logsource);
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const group = this.#learn(routesOf(fields, logsource), this.#knownId(fields.EventID));
    this.#kinds.set(kind, group);
    return group;
  }

  #knownId(value: FieldValue | undefined): string {
    const scalar = scalarText(value);
    if (scalar === undefined) return "";
    const text = foldCase(scalar);
    return this.#namedIds.has(text) ? text : OTHER_ID;
  }

  /** What rules apply depends on the routes and on ids that rules name: that many groups can be, whatever events say. */
  #learn(routes: readonly LogSource[], eventId: string): Group {
    const key = [eventId, ...routes.flatMap(({ product, category, service }) => [product, category, service])].join(
      "\n",
    );
    const known = this.#groupByRoutes.get(key);
    if (known !== undefined) return known;
    const rules = this.#rules.filter(
      (rule) => routes.some((route) => applies(rule, route)) && isIdPossible(rule, eventId),
    );
    const numbers = rules.map((rule) => rule.number).join();
    const group = this.#groupByRules.get(numbers) ?? new Group(rules, this.#tables.predicates, this.#tables.slots);
    this.#groupByRules.set(numbers, group);
    if (this.#groupByRoutes.size < MAX_ROUTES) this.#groupByRoutes.set(key, group);
    return group;
  }
}

/** A log source of the event's own, as the parser says, and for Windows all that its channel and id belong to. */
function routesOf(fields: Fields, logsource: LogSource): readonly LogSource[] {
  const channel = scalarText(fields.Channel);
  const id = scalarText(fields.EventID);
  if (logsource.product !== "windows" || channel === undefined || id === undefined) return [logsource];
  return [logsource, ...windowsRoutes(channel, id, scalarText(fields.EventType))];
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
