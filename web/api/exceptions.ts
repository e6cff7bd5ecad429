import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/rule/exception/contract.ts";
import { get, post, put } from "./client.ts";

export type { RuleException } from "../../src/monitor/rule/exception/contract.ts";
export type ExceptionInput = z.input<typeof contract.ExceptionInput>;
export type ExceptionUpdate = z.input<typeof contract.ExceptionUpdate>;
export const EXCEPTION_STATES: readonly contract.ExceptionState[] = ["active", "scheduled", "expired", "ended"];

export const exceptionsQuery = queryOptions({
  queryKey: ["exceptions"],
  queryFn: ({ signal }) => get<contract.ExceptionList>("/api/v1/exceptions", {}, signal),
  staleTime: 30_000,
});
export const addException = (input: ExceptionInput) => post<contract.RuleException>("/api/v1/exceptions", input);
export const changeException = (id: string, input: ExceptionUpdate) =>
  put<contract.RuleException>(`/api/v1/exceptions/${id}`, input);
export const endException = (id: string, version: number, reason: string) =>
  post<contract.RuleException>(`/api/v1/exceptions/${id}/end`, { version, reason });
