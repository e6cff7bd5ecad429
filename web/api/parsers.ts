import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/workbench/contract.ts";
import { get, post, put } from "./client.ts";

export type { ParserDetail, ParserRow, ParserTried, TriedParserLine } from "../../src/monitor/workbench/contract.ts";

type ParserList = z.infer<typeof contract.ParserList>;

export const parsersQuery = queryOptions({
  queryKey: ["parsers", "list"],
  queryFn: ({ signal }) => get<ParserList>("/api/v1/parsers", {}, signal),
});
export const parserQuery = (id: string) =>
  queryOptions({
    queryKey: ["parsers", "detail", id],
    queryFn: ({ signal }) => get<contract.ParserDetail>(`/api/v1/parsers/${id}`, {}, signal),
  });
export const readParserVersion = (id: string, version: number) =>
  get<z.infer<typeof contract.ParserVersionText>>(`/api/v1/parsers/${id}/versions/${version}`);
export const saveParser = (id: string, input: { text: string; revision: number }) =>
  put<contract.ParserDetail>(`/api/v1/parsers/${id}`, input);
export const publishParser = (id: string, input: { revision: number; comment: string }) =>
  post<contract.ParserDetail>(`/api/v1/parsers/${id}/publish`, input);
export const rollBackParser = (id: string, input: { revision: number; version: number }) =>
  post<contract.ParserDetail>(`/api/v1/parsers/${id}/rollback`, input);
export const unpublishParser = (id: string, input: { revision: number; reason: string }) =>
  post<contract.ParserDetail>(`/api/v1/parsers/${id}/unpublish`, input);
export const deleteParser = (id: string, input: { revision: number; reason: string }) =>
  post<{ id: string }>(`/api/v1/parsers/${id}/delete`, input);
export const tryParser = (input: { text: string; lines: string[] }) =>
  post<contract.ParserTried>("/api/v1/parsers/try", input);
export const readSourceLines = (id: string, failed: "yes" | "no") =>
  get<contract.SourceLines>(`/api/v1/sources/${id}/lines`, { failed });
