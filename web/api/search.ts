import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/search/contract.ts";
import { get, post, put, type QueryValues, remove, urlOf } from "./client.ts";

export type {
  EventDetail,
  EventRow,
  FieldList,
  FieldSummary,
  FieldValues,
  Funnel,
  Histogram,
  QueryHistory,
  QueryNote,
  SavedSearch,
  SearchPage,
  Surroundings,
  TailBatch,
} from "../../src/monitor/search/contract.ts";
export type KnownField = z.infer<typeof contract.KnownField>;
export type HistogramSplit = (typeof contract.HISTOGRAM_SPLITS)[number];
export type TailEndReason = z.infer<typeof contract.TailEnd>["reason"];

// Values of the contract would bring its schemas into the page; the types keep these equal to it.
export const PAGE_ROWS: typeof contract.PAGE_ROWS = 500;
export const MAX_ROWS: typeof contract.MAX_ROWS = 10_000;
export const MAX_EXPORT_ROWS: typeof contract.MAX_EXPORT_ROWS = 100_000;
export const MAX_JSON_ROWS: typeof contract.MAX_JSON_ROWS = 10_000;
export const MAX_PDF_ROWS: typeof contract.MAX_PDF_ROWS = 1_000;

export type Scope = { q: string; from: string; to: string; unit: string; tz: string };

export const searchEvents = (query: QueryValues, signal?: AbortSignal) =>
  get<contract.SearchPage>("/api/v1/search/events", query, signal);

export const histogramQuery = (scope: Scope, split: HistogramSplit, refresh: number) =>
  queryOptions({
    queryKey: ["search", "histogram", scope, split, refresh],
    queryFn: ({ signal }) => get<contract.Histogram>("/api/v1/search/histogram", { ...scope, split }, signal),
    staleTime: 60_000,
  });

export const fieldListQuery = (scope: Scope, columns: string, refresh: number) =>
  queryOptions({
    queryKey: ["search", "fields", scope, columns, refresh],
    queryFn: ({ signal }) => get<contract.FieldList>("/api/v1/search/fields", { ...scope, columns }, signal),
    staleTime: 60_000,
  });

export const fieldValues = (scope: Scope, field: string, contains: string, signal?: AbortSignal) =>
  get<contract.FieldValues>("/api/v1/search/values", { ...scope, field, contains, limit: 12 }, signal);

export const fieldValuesQuery = (scope: Scope, field: string) =>
  queryOptions({
    queryKey: ["search", "values", scope, field],
    queryFn: ({ signal }) => fieldValues(scope, field, "", signal),
    staleTime: 60_000,
  });

export const searchSchemaQuery = queryOptions({
  queryKey: ["search", "schema"],
  queryFn: ({ signal }) => get<z.infer<typeof contract.SearchSchema>>("/api/v1/search/schema", {}, signal),
  staleTime: 3_600_000,
});

export const eventQuery = (id: string, time?: string) =>
  queryOptions({
    queryKey: ["event", id],
    queryFn: ({ signal }) => get<contract.EventDetail>(`/api/v1/events/${id}`, { time }, signal),
    staleTime: 600_000,
  });

export type SurroundingBy = z.infer<typeof contract.Surroundings>["by"];
export const surroundingsQuery = (id: string, time: string, around: { by: SurroundingBy; minutes: number }) =>
  queryOptions({
    queryKey: ["event", id, "surroundings", around],
    queryFn: ({ signal }) =>
      get<contract.Surroundings>(
        `/api/v1/events/${id}/surroundings`,
        { time, ...around, before: 50, after: 50 },
        signal,
      ),
    staleTime: 600_000,
  });

export const savedSearchesQuery = queryOptions({
  queryKey: ["saved-searches"],
  queryFn: ({ signal }) => get<z.infer<typeof contract.SavedSearchList>>("/api/v1/saved-searches", {}, signal),
});
export type SavedSearchInput = z.input<typeof contract.SavedSearchInput>;
export const saveSearch = (input: SavedSearchInput) => post<contract.SavedSearch>("/api/v1/saved-searches", input);
export const changeSavedSearch = (id: string, input: SavedSearchInput) =>
  put<contract.SavedSearch>(`/api/v1/saved-searches/${id}`, input);
export const noteSavedSearchUse = (id: string) => post<unknown>(`/api/v1/saved-searches/${id}/use`);
export const deleteSavedSearch = (id: string) => remove<unknown>(`/api/v1/saved-searches/${id}`);

export const historyQuery = (contains: string) =>
  queryOptions({
    queryKey: ["query-history", contains],
    queryFn: ({ signal }) => get<contract.QueryHistory>("/api/v1/query-history", { contains, limit: 100 }, signal),
  });
export const rememberQuery = (input: contract.QueryHistoryInput) => post<unknown>("/api/v1/query-history", input);
/** One entry, or all of them. */
export const forgetQueries = (entry?: string) => remove<unknown>(urlOf("/api/v1/query-history", { entry }));

export const funnelQuery = (from: string, to: string, unit: string) =>
  queryOptions({
    queryKey: ["funnel", from, to, unit],
    queryFn: ({ signal }) => get<contract.Funnel>("/api/v1/funnel", { from, to, unit }, signal),
    staleTime: 10_000,
    refetchInterval: 30_000,
  });

export const exportUrl = (query: QueryValues): string => urlOf("/api/v1/search/export", query);
export const tailUrl = (query: QueryValues): string => urlOf("/api/v1/search/tail", query);
