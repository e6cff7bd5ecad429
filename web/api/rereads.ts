import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/reread/contract.ts";
import { get, post } from "./client.ts";

export type { Reread, RereadPreview, RereadStart, Unread } from "../../src/monitor/reread/contract.ts";

const POLL_MS = 1_500;
const url = (sourceId: string): string => `/api/v1/sources/${encodeURIComponent(sourceId)}`;

/** What of a source's stored events is not understood, by reason. Without `from`: of the last 30 days. */
export const unreadQuery = (sourceId: string, from?: string) =>
  queryOptions({
    queryKey: ["rereads", sourceId, "unread", from ?? ""],
    queryFn: ({ signal }) =>
      get<contract.Unread>(`${url(sourceId)}/unread`, from === undefined ? {} : { from }, signal),
    placeholderData: keepPreviousData,
  });
/** Newest first; asked again while one is not ended. */
export const rereadsQuery = (sourceId: string) =>
  queryOptions({
    queryKey: ["rereads", sourceId, "jobs"],
    queryFn: ({ signal }) => get<z.infer<typeof contract.Rereads>>(`${url(sourceId)}/rereads`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ finishedAt }) => finishedAt === null) ? POLL_MS : (false as const),
  });
export const previewReread = (sourceId: string, input: contract.RereadStart) =>
  post<contract.RereadPreview>(`${url(sourceId)}/rereads/preview`, input);
export const startReread = (sourceId: string, input: contract.RereadStart) =>
  post<contract.Reread>(`${url(sourceId)}/rereads`, input);
export const cancelReread = (sourceId: string, id: string) =>
  post<contract.Reread>(`${url(sourceId)}/rereads/${encodeURIComponent(id)}/cancel`);
