import { z } from "zod";
import { isTimeZone } from "../../kernel/zone.ts";
import { Level } from "../../monitor/alert/contract.ts";
import { Bilingual, Locale, RoleName } from "../../organization/access/contract.ts";

/**
 * Who is told of what, by which way. Instants are UTC ISO 8601.
 *
 * GET    /api/v1/notifications?unread&cursor&limit   → Inbox, newest first: one's own messages
 * GET    /api/v1/notifications/unread                → Unread: how many, for the bell
 * POST   /api/v1/notifications/read                  MarkRead → Unread
 * GET    /api/v1/notifications/preferences           → MyPreferences
 * PUT    /api/v1/notifications/preferences           Preferences → MyPreferences
 * POST   /api/v1/notifications/test-mail             → TestAnswer: a mail to oneself, with what the mail server said
 * GET    /api/v1/notify/channels                     → ChannelList; addresses and keys are never given back
 * POST   /api/v1/notify/channels                     ChannelInput → ChannelMade; a webhook's signing key is in it, once
 * PUT    /api/v1/notify/channels/:id                 ChannelSave → ChannelMade; 409 when the version is old
 * DELETE /api/v1/notify/channels/:id                 → ChannelList
 * POST   /api/v1/notify/channels/:id/test            → TestAnswer
 * GET    /api/v1/notify/rules                        → RuleList
 * POST   /api/v1/notify/rules                        RuleInput → RuleList
 * PUT    /api/v1/notify/rules/:id                    RuleSave → RuleList; 409 when the version is old
 * DELETE /api/v1/notify/rules/:id                    → RuleList
 * GET    /api/v1/notify/log?state&via&unit&cursor    → SendLog, newest first; says nothing of what the messages are about
 * GET    /api/v1/notify/log/replayable               ?via&withinDays → Replayed: how many that would be
 * POST   /api/v1/notify/log/replay                   ReplayAll → Replayed: what was given up of late waits again
 * POST   /api/v1/notify/log/:id/replay               → SendLog of that one message, which waits again
 */

export const MAX_RULES = 500;
export const MAX_CHANNELS = 500;
export const MAX_TARGETS = 20;

const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();
export const oneLine = (maxChars: number) =>
  z
    .string()
    .overwrite((text) => storable(text.replaceAll(/[\p{Cc}\s]+/gu, " ")))
    .trim()
    .min(1)
    .max(maxChars);
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/** Any name that the clocks here know, also older ones (Asia/Kolkata and Asia/Calcutta): units have them. */
export const TimeZone = z.string().max(64).refine(isTimeZone, "is no time zone");

/** What rules choose from. */
export const RULE_KINDS = [
  "incident-opened",
  "incident-raised",
  "alert-critical",
  "duty-clock",
  "crisis-phase",
  "source-silent",
  "collection-stopped",
] as const;
/** What goes to the person it names, whatever rules and mutes say. */
export const PERSONAL_KINDS = [
  "incident-assigned",
  "task-assigned",
  "task-due",
  "on-call",
  "call-answered",
  "call-unanswered",
] as const;
export const MATTER_KINDS = [...RULE_KINDS, ...PERSONAL_KINDS] as const;
/** What a person may mute: not the clocks of the law, and nothing of what is theirs. */
export const MUTABLE_KINDS = [
  "incident-opened",
  "incident-raised",
  "alert-critical",
  "crisis-phase",
  "source-silent",
  "collection-stopped",
] as const;
export const RuleKind = z.enum(RULE_KINDS);
export const MatterKind = z.enum(MATTER_KINDS);
const MutableKind = z.enum(MUTABLE_KINDS);

export const CHANNEL_KINDS = ["slack", "teams", "mattermost", "webhook", "email"] as const;
export const ChannelKind = z.enum(CHANNEL_KINDS);
/** `dead` = given up; `moot` = there was nothing or nobody left to tell. */
export const SEND_STATES = ["waiting", "sent", "dead", "moot"] as const;
const SendState = z.enum(SEND_STATES);

export const Message = z.object({
  id: z.string(),
  kind: MatterKind,
  at: z.string(),
  severity: Level,
  unitId: z.string(),
  title: Bilingual,
  /** A path of the app. */
  path: z.string(),
  readAt: z.string().nullable(),
});
export const InboxQuery = z.object({
  unread: z.enum(["yes", "no"]).default("no"),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export const Inbox = z.object({ items: z.array(Message), nextCursor: z.string().optional() });
/** Counted up to 1000. */
export const Unread = z.object({ unread: z.number() });
/** `all`: everything up to and with that message. */
export const MarkRead = z.union([
  z.strictObject({ ids: z.array(Id).min(1).max(100) }),
  z.strictObject({ allUpTo: Id }),
]);

export const Preferences = z.strictObject({
  mail: z.boolean().default(true),
  /** Less severe matters stay in the inbox. What names the person always goes. */
  mailFrom: Level.default("medium"),
  muted: z.array(MutableKind).max(MUTABLE_KINDS.length).default([]),
  zone: TimeZone.default("Asia/Tokyo"),
  /** Mail waits until `to`, unless critical, a clock of the law or a call. null = none. */
  quiet: z.strictObject({ from: TimeOfDay, to: TimeOfDay }).nullable().default(null),
  digestAt: TimeOfDay.default("09:00"),
});
export const MyPreferences = z.object({ preferences: Preferences, email: z.string(), hasMail: z.boolean() });
export const TestAnswer = z.object({ isOk: z.boolean(), answer: z.string(), latencyMs: z.number() });

export const Channel = z.object({
  id: z.string(),
  version: z.number(),
  unitId: z.string(),
  name: z.string(),
  kind: ChannelKind,
  locale: Locale,
  /** The host or the mail address. */
  shown: z.string(),
  isEnabled: z.boolean(),
});
export const ChannelList = z.object({ items: z.array(Channel), hasMail: z.boolean() });
const Address = z.string().trim().min(3).max(2_000).regex(/^\S+$/);
export const ChannelInput = z.strictObject({
  unitId: Id,
  name: oneLine(120),
  kind: ChannelKind,
  locale: Locale,
  /** https://…, or a mail address. */
  address: Address,
});
export const ChannelSave = z.strictObject({
  version: z.number().int().min(1),
  name: oneLine(120),
  locale: Locale,
  isEnabled: z.boolean(),
  /** Left out = as it is. */
  address: Address.optional(),
  /** Makes a new signing key; the old one signs beside it for a day. */
  isNewSecret: z.boolean().default(false),
});
export const ChannelMade = z.object({ channel: Channel, secret: z.string().nullable() });
export const ChannelParams = z.object({ id: Id });

/** Whom a rule or a step tells. */
export const Target = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("role"), role: RoleName }),
  z.strictObject({ kind: z.literal("person"), personId: Id, name: z.string().max(300).default("") }),
  z.strictObject({ kind: z.literal("owner") }),
  z.strictObject({ kind: z.literal("rota"), rotaId: Id }),
  z.strictObject({ kind: z.literal("policy"), policyId: Id }),
  z.strictObject({ kind: z.literal("channel"), channelId: Id }),
]);
export const RuleContent = z.strictObject({
  name: oneLine(120),
  kinds: z.array(RuleKind).min(1).max(RULE_KINDS.length),
  from: Level,
  targets: z.array(Target).min(1).max(MAX_TARGETS),
  /** "digest": with others, once a day. */
  timing: z.enum(["now", "digest"]),
});
export const Rule = z.object({
  id: z.string(),
  version: z.number(),
  unitId: z.string(),
  isEnabled: z.boolean(),
  content: RuleContent,
  /** Ids among its targets that reach nobody any more: removed, or a person who was deactivated. */
  gone: z.array(z.string()),
});
export const RuleList = z.object({ items: z.array(Rule) });
export const RuleInput = z.strictObject({ unitId: Id, content: RuleContent });
export const RuleSave = z.strictObject({
  version: z.number().int().min(1),
  isEnabled: z.boolean(),
  content: RuleContent,
});
export const RuleParams = z.object({ id: Id });

export const Attempt = z.object({ at: z.string(), latencyMs: z.number(), isOk: z.boolean(), answer: z.string() });
export const Send = z.object({
  id: z.string(),
  to: z.object({ kind: z.enum(["person", "channel"]), id: z.string(), name: z.string() }),
  via: ChannelKind,
  unitId: z.string(),
  matters: z.number(),
  state: SendState,
  createdAt: z.string(),
  nextAt: z.string(),
  sentAt: z.string().nullable(),
  /** The newest ten, newest first. */
  attempts: z.array(Attempt),
  attemptCount: z.number(),
});
export const LogQuery = z.object({
  state: SendState.optional(),
  via: ChannelKind.optional(),
  unit: Id.optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const SendLog = z.object({ items: z.array(Send), nextCursor: z.string().optional() });
export const SendParams = z.object({ id: Id });
/** Everything that was given up, or what was to go that way. */
const MAX_REPLAY_DAYS = 180;
const REPLAY_DAYS = 7;
/** What is older than so many days is not sent again with all the others. */
export const ReplayAll = z.strictObject({
  via: ChannelKind.optional(),
  withinDays: z.int().min(1).max(MAX_REPLAY_DAYS).default(REPLAY_DAYS),
});
export const ReplayQuery = z.object({
  via: ChannelKind.optional(),
  withinDays: z.coerce.number().int().min(1).max(MAX_REPLAY_DAYS).default(REPLAY_DAYS),
});
export const Replayed = z.object({ count: z.number() });

export type MatterKind = z.infer<typeof MatterKind>;
export type RuleKind = z.infer<typeof RuleKind>;
export type ChannelKind = z.infer<typeof ChannelKind>;
export type Message = z.infer<typeof Message>;
export type InboxQuery = z.infer<typeof InboxQuery>;
export type Inbox = z.infer<typeof Inbox>;
export type Unread = z.infer<typeof Unread>;
export type MarkRead = z.infer<typeof MarkRead>;
export type Preferences = z.infer<typeof Preferences>;
export type MyPreferences = z.infer<typeof MyPreferences>;
export type TestAnswer = z.infer<typeof TestAnswer>;
export type Channel = z.infer<typeof Channel>;
export type ChannelList = z.infer<typeof ChannelList>;
export type ChannelInput = z.infer<typeof ChannelInput>;
export type ChannelSave = z.infer<typeof ChannelSave>;
export type ChannelMade = z.infer<typeof ChannelMade>;
export type Target = z.infer<typeof Target>;
export type RuleContent = z.infer<typeof RuleContent>;
export type Rule = z.infer<typeof Rule>;
export type RuleList = z.infer<typeof RuleList>;
export type RuleInput = z.infer<typeof RuleInput>;
export type RuleSave = z.infer<typeof RuleSave>;
export type Send = z.infer<typeof Send>;
export type SendLog = z.infer<typeof SendLog>;
export type ReplayAll = z.infer<typeof ReplayAll>;
export type Replayed = z.infer<typeof Replayed>;
export type LogQuery = z.infer<typeof LogQuery>;
