import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/monitor/retention/contract.ts";
import { get, post, put } from "./client.ts";

export type {
  Deletion,
  EffectivePolicy,
  Policy,
  PolicyDraft,
  RetentionOverview,
  RetentionPreview,
  RetentionRow,
  RetentionUnit,
  ScopeKind,
} from "../../src/monitor/retention/contract.ts";

const URL = "/api/v1/retention";
export const DELETIONS_FILE = `${URL}/deletions.csv`;
type Place = { readonly kind: contract.ScopeKind; readonly id: string };
const at = ({ kind, id }: Place): string => `${URL}/${kind}s/${encodeURIComponent(id)}`;

export const retentionQuery = queryOptions({
  queryKey: ["retention", "overview"],
  queryFn: ({ signal }) => get<contract.RetentionOverview>(URL, {}, signal),
  // Days that are not measured yet are asked for again until they are.
  refetchInterval: ({ state }) => (state.data?.isComplete === false ? 10_000 : 120_000),
});
export const deletionsQuery = infiniteQueryOptions({
  queryKey: ["retention", "deletions"],
  queryFn: ({ pageParam, signal }) =>
    get<contract.Deletions>(`${URL}/deletions`, { cursor: pageParam, limit: 50 }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: contract.Deletions) => last.nextCursor,
});
export const previewPolicy = (place: Place, draft: contract.PolicyDraft) =>
  post<contract.RetentionPreview>(`${at(place)}/preview`, draft);
export const savePolicy = (place: Place, policy: contract.PolicySave) => put<contract.PolicySaved>(at(place), policy);
