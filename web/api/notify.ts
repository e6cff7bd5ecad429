import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/notify/contract.ts";
import { get, post, put, remove } from "./client.ts";

export type {
  Channel,
  ChannelKind,
  ChannelMade,
  Message,
  Preferences,
  Rule,
  RuleContent,
  Send,
  Target,
  TestAnswer,
} from "../../src/respond/notify/contract.ts";

/** Repeated here, type-checked against the contract, so that its schemas stay out of the browser. */
export const RULE_KINDS: typeof contract.RULE_KINDS = [
  "incident-opened",
  "incident-raised",
  "alert-critical",
  "duty-clock",
  "crisis-phase",
  "source-silent",
  "collection-stopped",
];
export const MUTABLE_KINDS: typeof contract.MUTABLE_KINDS = [
  "incident-opened",
  "incident-raised",
  "alert-critical",
  "crisis-phase",
  "source-silent",
  "collection-stopped",
];
export const CHANNEL_KINDS: typeof contract.CHANNEL_KINDS = ["slack", "teams", "mattermost", "webhook", "email"];
export const SEND_STATES: typeof contract.SEND_STATES = ["waiting", "sent", "dead", "moot"];
export const LEVELS = ["critical", "high", "medium", "low", "informational"] as const;

const OWN = "/api/v1/notifications";
export const inboxQuery = (unread: "yes" | "no") =>
  infiniteQueryOptions({
    queryKey: ["notifications", "inbox", unread],
    queryFn: ({ pageParam, signal }) => get<contract.Inbox>(OWN, { unread, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: contract.Inbox) => last.nextCursor,
    refetchInterval: 30_000,
  });
export const preferencesQuery = queryOptions({
  queryKey: ["notifications", "preferences"],
  queryFn: ({ signal }) => get<contract.MyPreferences>(`${OWN}/preferences`, {}, signal),
});
export const savePreferences = (preferences: contract.Preferences) =>
  put<contract.MyPreferences>(`${OWN}/preferences`, preferences);
export const sendTestMail = () => post<contract.TestAnswer>(`${OWN}/test-mail`);

const CHANNELS = "/api/v1/notify/channels";
export const channelsQuery = queryOptions({
  queryKey: ["notify", "channels"],
  queryFn: ({ signal }) => get<contract.ChannelList>(CHANNELS, {}, signal),
});
export const addChannel = (input: contract.ChannelInput) => post<contract.ChannelMade>(CHANNELS, input);
export const saveChannel = (id: string, input: z.input<typeof contract.ChannelSave>) =>
  put<contract.ChannelMade>(`${CHANNELS}/${id}`, input);
export const removeChannel = (id: string) => remove<contract.ChannelList>(`${CHANNELS}/${id}`);
export const testChannel = (id: string) => post<contract.TestAnswer>(`${CHANNELS}/${id}/test`);

const RULES = "/api/v1/notify/rules";
export const notifyRulesQuery = queryOptions({
  queryKey: ["notify", "rules"],
  queryFn: ({ signal }) => get<contract.RuleList>(RULES, {}, signal),
});
export const addNotifyRule = (input: contract.RuleInput) => post<contract.RuleList>(RULES, input);
export const saveNotifyRule = (id: string, input: contract.RuleSave) => put<contract.RuleList>(`${RULES}/${id}`, input);
export const removeNotifyRule = (id: string) => remove<contract.RuleList>(`${RULES}/${id}`);

const LOG = "/api/v1/notify/log";
export const sendLogQuery = (query: { readonly state?: string | undefined; readonly via?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ["notify", "log", query],
    queryFn: ({ pageParam, signal }) => get<contract.SendLog>(LOG, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: contract.SendLog) => last.nextCursor,
    refetchInterval: 30_000,
  });
export const countReplayable = (query: { readonly via?: string }) => get<contract.Replayed>(`${LOG}/replayable`, query);
export const replayAll = (input: z.input<typeof contract.ReplayAll>) => post<contract.Replayed>(`${LOG}/replay`, input);
export const replaySend = (id: string) => post<contract.SendLog>(`${LOG}/${id}/replay`);
