import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/formation/contract.ts";
import { get, post, put } from "./client.ts";

export type {
  FormationGroups,
  GroupingPreview,
  GroupingRuleView,
  IncidentFormation,
} from "../../src/respond/formation/contract.ts";
export type FormationCluster = NonNullable<contract.IncidentFormation["cluster"]>;
export type GroupingRuleInput = z.input<typeof contract.GroupingRuleInput>;
export type GroupingRuleMatch = z.input<typeof contract.GroupingRuleMatch>;

export const GROUPING_STATES: readonly contract.GroupingRuleView["state"][] = ["active", "expired", "ended"];
export const ENTITY_KINDS = ["host", "account", "address", "hash", "domain"] as const;

export const formationQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ["incidents", "formation", incidentId],
    queryFn: ({ signal }) =>
      get<contract.IncidentFormation>(`/api/v1/incidents/${encodeURIComponent(incidentId)}/formation`, {}, signal),
    refetchInterval: 60_000,
  });

export const formationStateQuery = queryOptions({
  queryKey: ["formation", "state"],
  queryFn: ({ signal }) => get<contract.FormationState>("/api/v1/formation/state", {}, signal),
  refetchInterval: 60_000,
});

export const groupsQuery = queryOptions({
  queryKey: ["formation", "groups"],
  queryFn: ({ signal }) => get<contract.FormationGroups>("/api/v1/formation/groups", { limit: 200 }, signal),
  refetchInterval: 60_000,
});

export const groupingRulesQuery = queryOptions({
  queryKey: ["grouping-rules"],
  queryFn: ({ signal }) => get<contract.GroupingRules>("/api/v1/grouping-rules", {}, signal),
  staleTime: 30_000,
});
export const addGroupingRule = (input: GroupingRuleInput) =>
  post<contract.GroupingRuleView>("/api/v1/grouping-rules", input);
export const changeGroupingRule = (id: string, version: number, input: GroupingRuleInput) =>
  put<contract.GroupingRuleView>(`/api/v1/grouping-rules/${id}`, { ...input, version });
export const endGroupingRule = (id: string, version: number, reason: string) =>
  post<contract.GroupingRuleView>(`/api/v1/grouping-rules/${id}/end`, { version, reason });
export const previewGroupingRule = (match: GroupingRuleMatch) =>
  post<contract.GroupingPreview>("/api/v1/grouping-rules/preview", match);

export const mergeIncident = (id: string, intoId: string, reason: string) =>
  post<contract.Moved>(`/api/v1/incidents/${id}/merge`, { intoId, reason });
export const splitIncident = (id: string, input: z.input<typeof contract.SplitInput>) =>
  post<contract.Moved>(`/api/v1/incidents/${id}/split`, input);
export const undoRelation = (id: string, relationId: string) =>
  post<contract.Moved>(`/api/v1/incidents/${id}/relations/${relationId}/undo`, {});
