import { queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/respond/notify/contract.ts";
import { get, post } from "./client.ts";

export type Message = contract.Message;
const URL = "/api/v1/notifications";

/** Small and apart from the rest, because the bell asks for it on every page. */
export const unreadQuery = queryOptions({
  queryKey: ["notifications", "unread"],
  queryFn: ({ signal }) => get<contract.Unread>(`${URL}/unread`, {}, signal),
  staleTime: 15_000,
  refetchInterval: 30_000,
});
export const latestQuery = queryOptions({
  queryKey: ["notifications", "latest"],
  queryFn: ({ signal }) => get<contract.Inbox>(URL, { limit: 8 }, signal),
});
export const markRead = (input: contract.MarkRead) => post<contract.Unread>(`${URL}/read`, input);
