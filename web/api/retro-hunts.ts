import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/retrohunt/contract.ts";
import { get, post } from "./client.ts";

export type { RetroHunt } from "../../src/monitor/retrohunt/contract.ts";

const POLL_MS = 1_500;

/** One's own hunts of a rule, newest first; asked again while one of them runs. */
export const retroHuntsQuery = (ruleId: string) =>
  queryOptions({
    queryKey: ["retro-hunts", ruleId],
    queryFn: ({ signal }) => get<z.infer<typeof contract.RetroHunts>>("/api/v1/retro-hunts", { ruleId }, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(({ status }) => status === "running") ? POLL_MS : false),
  });

export const startRetroHunt = (input: { ruleId: string; from: string; to: string }) =>
  post<contract.RetroHunt>("/api/v1/retro-hunts", input);
export const cancelRetroHunt = (id: string) =>
  post<contract.RetroHunt>(`/api/v1/retro-hunts/${encodeURIComponent(id)}/cancel`);
