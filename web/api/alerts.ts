import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/alert/contract.ts";
import { get, post, type QueryValues, urlOf } from "./client.ts";

export type {
  AlertCounts,
  AlertDetail,
  AlertFacets,
  AlertMatrix,
  AlertPage,
  AlertRow,
  AlertStatus,
  BulkResult,
  ConflictAlert,
  Disposition,
  FacetValue,
  Level,
  MisratedRule,
  MyChange,
} from "../../src/monitor/alert/contract.ts";

export type AlertSort = (typeof contract.ALERT_SORTS)[number];
export type AlertChange = z.input<typeof contract.AlertChange>;
export type BulkTarget = z.input<typeof contract.BulkTarget>;

export const LEVELS: readonly contract.Level[] = ["critical", "high", "medium", "low", "informational"];
export const STATUSES: readonly contract.AlertStatus[] = ["open", "in-progress", "closed"];
export const DISPOSITIONS: readonly contract.Disposition[] = ["true-positive", "false-positive", "benign"];

export const listAlerts = (query: QueryValues, signal?: AbortSignal) =>
  get<contract.AlertPage>("/api/v1/alerts", query, signal);

export const alertFacetsQuery = (filter: QueryValues) =>
  queryOptions({
    queryKey: ["alerts", "facets", filter],
    queryFn: ({ signal }) => get<contract.AlertFacets>("/api/v1/alerts/facets", filter, signal),
    staleTime: 15_000,
  });

export const alertCountsQuery = queryOptions({
  queryKey: ["alerts", "counts"],
  queryFn: ({ signal }) => get<contract.AlertCounts>("/api/v1/alerts/counts", {}, signal),
  staleTime: 10_000,
  refetchInterval: 30_000,
});

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ["alerts", "detail", id],
    queryFn: ({ signal }) => get<contract.AlertDetail>(`/api/v1/alerts/${id}`, {}, signal),
  });

/** The queue as filtered and sorted, as a file. */
export const alertsFile = (query: QueryValues): string => urlOf("/api/v1/alerts/export.csv", query);

/** Exactly what matches now, to be changed as one. */
export const selectAlerts = (query: QueryValues) => get<contract.AlertSelection>("/api/v1/alerts/selection", query);

export const alertMatrixQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["alerts", "matrix", query],
    queryFn: ({ signal }) => get<contract.AlertMatrix>("/api/v1/alerts/matrix", query, signal),
    staleTime: 15_000,
  });

export const myChangesQuery = queryOptions({
  queryKey: ["alerts", "changes"],
  queryFn: ({ signal }) => get<contract.MyChanges>("/api/v1/alerts/changes", {}, signal),
});

export const addAlertNote = (id: string, text: string) =>
  post<contract.AlertDetail>(`/api/v1/alerts/${id}/notes`, { text });
export const changeAlerts = (target: BulkTarget, change: AlertChange) =>
  post<contract.BulkResult>("/api/v1/alerts/bulk", { target, change });
export const undoAlerts = (changeId: string) => post<contract.UndoResult>("/api/v1/alerts/undo", { changeId });
