import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/rule/contract.ts";
import type { Coverage } from "../../src/monitor/rule/coverage/contract.ts";
import type * as sample from "../../src/monitor/rule/sample/contract.ts";
import { get, post, put, type QueryValues } from "./client.ts";

export type {
  RejectedRule,
  RuleCheckResult,
  RuleDetail,
  RuleFacets,
  RulePage,
  RuleRow,
} from "../../src/monitor/rule/contract.ts";
export type { CoveredTechnique } from "../../src/monitor/rule/coverage/contract.ts";
export type { RuleTryResult } from "../../src/monitor/rule/sample/contract.ts";
export type RuleSort = (typeof contract.RULE_SORTS)[number];

export const listRules = (query: QueryValues, signal?: AbortSignal) =>
  get<contract.RulePage>("/api/v1/rules", query, signal);
export const ruleFacetsQuery = (filter: QueryValues) =>
  queryOptions({
    queryKey: ["rules", "facets", filter],
    queryFn: ({ signal }) => get<contract.RuleFacets>("/api/v1/rules/facets", filter, signal),
    staleTime: 60_000,
  });
export const rejectedRulesQuery = queryOptions({
  queryKey: ["rules", "rejected"],
  queryFn: ({ signal }) => get<z.infer<typeof contract.RejectedRules>>("/api/v1/rules/rejected", {}, signal),
  staleTime: 60_000,
});
export type SigmaFilter = contract.SigmaFilters["items"][number];
export const sigmaFiltersQuery = queryOptions({
  queryKey: ["rules", "filters"],
  queryFn: ({ signal }) => get<contract.SigmaFilters>("/api/v1/rules/filters", {}, signal),
  staleTime: 60_000,
});
export const ruleTitlesQuery = queryOptions({
  queryKey: ["rules", "titles"],
  queryFn: ({ signal }) => get<contract.RuleTitles>("/api/v1/rules/titles", {}, signal),
  staleTime: 300_000,
});
export const coverageQuery = (days: string, unit?: string) =>
  queryOptions({
    queryKey: ["rules", "coverage", days, unit],
    queryFn: ({ signal }) => get<Coverage>("/api/v1/rules/coverage", { days, unit }, signal),
    staleTime: 60_000,
  });
export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", "detail", id],
    queryFn: ({ signal }) => get<contract.RuleDetail>(`/api/v1/rules/${encodeURIComponent(id)}`, {}, signal),
  });
export const ruleVersionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["rules", "version", id, version],
    queryFn: ({ signal }) =>
      get<z.infer<typeof contract.RuleVersionText>>(
        `/api/v1/rules/${encodeURIComponent(id)}/versions/${version}`,
        {},
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const checkRule = (text: string) => post<contract.RuleCheckResult>("/api/v1/rules/check", { text });
export const createRule = (input: z.input<typeof contract.RuleCreate>) =>
  post<contract.RuleDetail>("/api/v1/rules", input);
export const updateRule = (id: string, input: z.input<typeof contract.RuleUpdate>) =>
  put<contract.RuleDetail>(`/api/v1/rules/${encodeURIComponent(id)}`, input);
export const tryRule = (input: z.input<typeof sample.RuleTry>) =>
  post<sample.RuleTryResult>("/api/v1/rules/try", input);
const samplesAt = (id: string) => `/api/v1/rules/${encodeURIComponent(id)}/samples`;
export const samplesQuery = (id: string) =>
  queryOptions({
    queryKey: ["rules", "samples", id],
    queryFn: ({ signal }) => get<sample.RuleSamples>(samplesAt(id), {}, signal),
  });
export const keepSample = (id: string, input: z.input<typeof sample.RuleSampleCreate>) =>
  post<sample.RuleSamples>(samplesAt(id), input);
export const deleteSample = (id: string, sampleId: string) =>
  post<sample.RuleSamples>(`${samplesAt(id)}/${encodeURIComponent(sampleId)}/delete`, {});
export const switchRule = (id: string, input: z.input<typeof contract.RuleSwitch>) =>
  post<contract.RuleDetail>(`/api/v1/rules/${encodeURIComponent(id)}/switch`, input);
export const deleteRule = (id: string, reason: string) =>
  post<unknown>(`/api/v1/rules/${encodeURIComponent(id)}/delete`, { reason });
