import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/source/contract.ts";
import { get, patch, post, type QueryValues } from "./client.ts";

export type {
  ParseFailures,
  ShipperSnippet,
  SourceCoverage,
  SourceCreated,
  SourceDetail,
  SourceFigures,
  SourceHealth,
  SourceKind,
  SourcePage,
  SourceRow,
  Transport,
} from "../../src/monitor/source/contract.ts";
export type SourceCreateInput = z.input<typeof contract.SourceCreate>;
export type SourceUpdateInput = z.input<typeof contract.SourceUpdate>;

export const sourcesQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["sources", "list", query],
    queryFn: ({ signal }) => get<contract.SourcePage>("/api/v1/sources", query, signal),
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
export const sourceQuery = (id: string) =>
  queryOptions({
    queryKey: ["sources", "detail", id],
    queryFn: ({ signal }) => get<contract.SourceDetail>(`/api/v1/sources/${id}`, {}, signal),
    refetchInterval: 30_000,
  });
export const parseFailuresQuery = (id: string) =>
  queryOptions({
    queryKey: ["sources", "failures", id],
    queryFn: ({ signal }) => get<contract.ParseFailures>(`/api/v1/sources/${id}/parse-failures`, {}, signal),
  });
export const createSource = (input: SourceCreateInput) => post<contract.SourceCreated>("/api/v1/sources", input);
export const updateSource = (id: string, input: SourceUpdateInput) =>
  patch<contract.SourceDetail>(`/api/v1/sources/${id}`, input);
export const archiveSource = (id: string, version: number) =>
  post<contract.SourceDetail>(`/api/v1/sources/${id}/archive`, { version });
