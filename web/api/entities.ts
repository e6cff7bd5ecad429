import { queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/monitor/entity/contract.ts";
import { get, post, type QueryValues, urlOf } from "./client.ts";

export type { EntityAlerts, EntityKind, EntitySeen, EntitySummary } from "../../src/monitor/entity/contract.ts";

export const ENTITY_KINDS: typeof contract.ENTITY_KINDS = ["host", "account", "address", "domain", "hash"];

export type EntityRef = { readonly kind: contract.EntityKind; readonly value: string };
export type EntityWindow = EntityRef & {
  readonly from: string;
  readonly to: string;
  readonly unit: string;
  readonly tz: string;
};

export const entitySummaryQuery = (asked: EntityWindow) =>
  queryOptions({
    queryKey: ["entity", "summary", asked],
    queryFn: ({ signal }) => get<contract.EntitySummary>("/api/v1/entities/summary", asked, signal),
    staleTime: 60_000,
  });

/** Which of the peers stood beside it before the window; those with names too long to ask about are left out. */
export const entityBeforeQuery = (asked: EntityWindow, peers: readonly EntityRef[]) =>
  queryOptions({
    queryKey: ["entity", "before", asked, peers],
    queryFn: () => post<contract.EntityBefore>("/api/v1/entities/before", { ...asked, peers }),
    staleTime: 60_000,
  });

export const entitySeenQuery = ({ kind, value }: EntityRef) =>
  queryOptions({
    queryKey: ["entity", "seen", kind, value],
    queryFn: ({ signal }) => get<contract.EntitySeen>("/api/v1/entities/seen", { kind, value }, signal),
    staleTime: 60_000,
  });

export const entityEventsQuery = (asked: EntityWindow) =>
  queryOptions({
    queryKey: ["entity", "events", asked],
    queryFn: ({ signal }) => get<contract.EntityEvents>("/api/v1/entities/events", asked, signal),
    staleTime: 60_000,
  });

type Stretch = { readonly from?: string; readonly to?: string };
export const entityAlertsQuery = ({ kind, value }: EntityRef, { from, to }: Stretch = {}) =>
  queryOptions({
    queryKey: ["entity", "alerts", kind, value, from, to],
    queryFn: ({ signal }) => get<contract.EntityAlerts>("/api/v1/entities/alerts", { kind, value, from, to }, signal),
    staleTime: 30_000,
  });

export const entityExportUrl = (query: QueryValues): string => urlOf("/api/v1/entities/export", query);
