import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { AuditList } from "../../src/evidence/audit/contract.ts";
import type { Grant } from "../../src/organization/access/contract.ts";
import type {
  CreatePerson,
  Invitation,
  PeopleList,
  Person,
  UpdatePerson,
} from "../../src/organization/person/contract.ts";
import type { CreatedToken, CreateToken, Token, TokenList } from "../../src/organization/token/contract.ts";
import type { CreateUnit, Unit, UnitList, UpdateUnit } from "../../src/organization/unit/contract.ts";
import { get, patch, post, put, type QueryValues } from "./client.ts";

export type { AuditRow } from "../../src/evidence/audit/contract.ts";
export type { Grant, RoleName, RoleView } from "../../src/organization/access/contract.ts";
export type { CreatedToken, Invitation, Person, Token, Unit };
export type UnitKind = Unit["kind"];

export const unitsQuery = (archived: "include" | "exclude" = "exclude") =>
  queryOptions({
    queryKey: ["units", archived],
    queryFn: ({ signal }) => get<z.infer<typeof UnitList>>("/api/v1/units", { archived }, signal),
    staleTime: 60_000,
  });
export const createUnit = (input: z.input<typeof CreateUnit>) => post<Unit>("/api/v1/units", input);
export const updateUnit = (id: string, input: z.input<typeof UpdateUnit>) => patch<Unit>(`/api/v1/units/${id}`, input);
export const moveUnit = (id: string, parentId: string) => post<Unit>(`/api/v1/units/${id}/move`, { parentId });
export const archiveUnit = (id: string) => post<Unit>(`/api/v1/units/${id}/archive`);
export const restoreUnit = (id: string) => post<Unit>(`/api/v1/units/${id}/restore`);

export const peopleQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["people", "list", query],
    queryFn: ({ signal }) => get<z.infer<typeof PeopleList>>("/api/v1/people", query, signal),
    staleTime: 30_000,
  });
/** The same people, as many as one scrolls to. */
export const allPeopleQuery = (query: QueryValues) =>
  infiniteQueryOptions({
    queryKey: ["people", "list", "pages", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      get<z.infer<typeof PeopleList>>("/api/v1/people", { ...query, cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "detail", id],
    queryFn: ({ signal }) => get<Person>(`/api/v1/people/${id}`, {}, signal),
  });
export const createPerson = (input: z.input<typeof CreatePerson>) => post<Person>("/api/v1/people", input);
export const updatePerson = (id: string, input: z.input<typeof UpdatePerson>) =>
  patch<Person>(`/api/v1/people/${id}`, input);
export const setGrants = (id: string, grants: Grant[]) => put<Person>(`/api/v1/people/${id}/grants`, { grants });
export const invitePerson = (id: string) => post<Invitation>(`/api/v1/people/${id}/invitation`);
export const deactivatePerson = (id: string) => post<Person>(`/api/v1/people/${id}/deactivate`);
export const reactivatePerson = (id: string) => post<Person>(`/api/v1/people/${id}/reactivate`);
export const resetTwoFactor = (id: string) => post<Person>(`/api/v1/people/${id}/reset-second-factor`);

export const allTokensQuery = (query: QueryValues) =>
  infiniteQueryOptions({
    queryKey: ["tokens", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      get<z.infer<typeof TokenList>>("/api/v1/tokens", { ...query, cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
export const createToken = (input: z.input<typeof CreateToken>) => post<CreatedToken>("/api/v1/tokens", input);
export const revokeToken = (id: string) => post<Token>(`/api/v1/tokens/${id}/revoke`);

export const listAudit = (query: QueryValues, signal?: AbortSignal) =>
  get<z.infer<typeof AuditList>>("/api/v1/audit", query, signal);
