import { queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/respond/notify/on-call/contract.ts";
import { get, post, put, remove } from "./client.ts";

export type {
  OverrideInput,
  Page,
  Policy,
  PolicyContent,
  PolicyStep,
  Rota,
  RotaContent,
  Shift,
} from "../../src/respond/notify/on-call/contract.ts";

export const ROTATIONS: typeof contract.ROTATIONS = ["daily", "weekly"];
export const CALENDAR_DAYS: typeof contract.CALENDAR_DAYS = 14;

const URL = "/api/v1/on-call";
export const rotasQuery = queryOptions({
  queryKey: ["on-call", "rotas"],
  queryFn: ({ signal }) => get<contract.RotaList>(`${URL}/rotas`, {}, signal),
  refetchInterval: 60_000,
});
export const addRota = (input: contract.RotaInput) => post<contract.RotaList>(`${URL}/rotas`, input);
export const saveRota = (id: string, input: contract.RotaSave) => put<contract.RotaList>(`${URL}/rotas/${id}`, input);
export const removeRota = (id: string) => remove<contract.RotaList>(`${URL}/rotas/${id}`);
export const addOverride = (id: string, input: contract.OverrideInput) =>
  post<contract.RotaList>(`${URL}/rotas/${id}/overrides`, input);
export const removeOverride = (id: string, override: string) =>
  remove<contract.RotaList>(`${URL}/rotas/${id}/overrides/${override}`);

export const policiesQuery = queryOptions({
  queryKey: ["on-call", "policies"],
  queryFn: ({ signal }) => get<contract.PolicyList>(`${URL}/policies`, {}, signal),
});
export const addPolicy = (input: contract.PolicyInput) => post<contract.PolicyList>(`${URL}/policies`, input);
export const savePolicy = (id: string, input: contract.PolicySave) =>
  put<contract.PolicyList>(`${URL}/policies/${id}`, input);
export const removePolicy = (id: string) => remove<contract.PolicyList>(`${URL}/policies/${id}`);

export const pagesQuery = queryOptions({
  queryKey: ["on-call", "pages"],
  queryFn: ({ signal }) => get<contract.PageList>(`${URL}/pages`, {}, signal),
  refetchInterval: 15_000,
});
export const acknowledgePage = (id: string) => post<contract.PageList>(`${URL}/pages/${id}/acknowledge`);
