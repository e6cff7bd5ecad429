import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { addChannel, listChannels, removeChannel, saveChannel } from "./channels.ts";
import {
  ChannelInput,
  ChannelList,
  ChannelMade,
  ChannelParams,
  ChannelSave,
  Inbox,
  InboxQuery,
  LogQuery,
  MarkRead,
  MyPreferences,
  Preferences,
  ReplayAll,
  Replayed,
  ReplayQuery,
  RuleInput,
  RuleList,
  RuleParams,
  RuleSave,
  SendLog,
  SendParams,
  TestAnswer,
  Unread,
} from "./contract.ts";
import type { NotifyDeps } from "./deps.ts";
import { countUnread, listInbox, markRead, readPreferences, savePreferences } from "./inbox.ts";
import { countReplayable, readLog, replay, replayAll } from "./log.ts";
import { onCallRoutes } from "./on-call/routes.ts";
import { addRule, listRules, removeRule, saveRule } from "./rules.ts";
import { testChannel, testMail } from "./try-out.ts";

const READ = { access: "notify:read" } as const;
const WRITE = { access: "notify:write" } as const;
const OWN = { access: "signed-in" } as const;
const tags = ["notifications"];

/** `/api/v1/notifications…`, `/api/v1/notify…`, `/api/v1/on-call…` */
export const notifyRoutes =
  (deps: NotifyDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(ownRoutes(deps));
    await app.register(channelRoutes(deps));
    await app.register(ruleRoutes(deps));
    await app.register(logRoutes);
    await app.register(onCallRoutes(deps));
  };

const ownRoutes =
  (deps: NotifyDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const URL = "/api/v1/notifications";
    const hasMail = deps.ways.mailer !== undefined;
    app.get(
      URL,
      {
        config: OWN,
        schema: { tags, summary: "One's own messages", querystring: InboxQuery, response: { 200: Inbox } },
      },
      (req) => listInbox(req.ctx, req.query),
    );
    app.get(
      `${URL}/unread`,
      { config: OWN, schema: { tags, summary: "How many are unread", response: { 200: Unread } } },
      (req) => countUnread(req.ctx),
    );
    app.post(
      `${URL}/read`,
      { config: OWN, schema: { tags, summary: "Mark messages as read", body: MarkRead, response: { 200: Unread } } },
      (req) => markRead(req.ctx, req.body),
    );
    const response = { 200: MyPreferences };
    app.get(`${URL}/preferences`, { config: OWN, schema: { tags, summary: "How one is told", response } }, (req) =>
      readPreferences(req.ctx, hasMail),
    );
    app.put(
      `${URL}/preferences`,
      { config: OWN, schema: { tags, summary: "Choose how one is told", body: Preferences, response } },
      (req) => savePreferences(req.ctx, req.body, hasMail),
    );
    app.post(
      `${URL}/test-mail`,
      { config: OWN, schema: { tags, summary: "Send oneself a test mail", response: { 200: TestAnswer } } },
      (req) => testMail(req.ctx, deps),
    );
  };

const channelRoutes =
  (deps: NotifyDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const URL = "/api/v1/notify/channels";
    const response = { 200: ChannelMade };
    app.get(
      URL,
      { config: READ, schema: { tags, summary: "Shared channels", response: { 200: ChannelList } } },
      (req) => listChannels(req.ctx, deps),
    );
    app.post(URL, { config: WRITE, schema: { tags, summary: "Add a channel", body: ChannelInput, response } }, (req) =>
      addChannel(req.ctx, req.body, deps),
    );
    app.put(
      `${URL}/:id`,
      {
        config: WRITE,
        schema: { tags, summary: "Change a channel", params: ChannelParams, body: ChannelSave, response },
      },
      (req) => saveChannel(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.delete(
      `${URL}/:id`,
      {
        config: WRITE,
        schema: { tags, summary: "Remove a channel", params: ChannelParams, response: { 200: ChannelList } },
      },
      (req) => removeChannel(req.ctx, req.params.id, deps),
    );
    app.post(
      `${URL}/:id/test`,
      { config: WRITE, schema: { tags, summary: "Send a test", params: ChannelParams, response: { 200: TestAnswer } } },
      (req) => testChannel(req.ctx, req.params.id, deps),
    );
  };

const ruleRoutes =
  (deps: NotifyDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const URL = "/api/v1/notify/rules";
    const response = { 200: RuleList };
    app.get(URL, { config: READ, schema: { tags, summary: "Who is told of what", response } }, (req) =>
      listRules(req.ctx),
    );
    app.post(URL, { config: WRITE, schema: { tags, summary: "Add a rule", body: RuleInput, response } }, (req) =>
      addRule(req.ctx, req.body, deps),
    );
    app.put(
      `${URL}/:id`,
      { config: WRITE, schema: { tags, summary: "Change a rule", params: RuleParams, body: RuleSave, response } },
      (req) => saveRule(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.delete(
      `${URL}/:id`,
      { config: WRITE, schema: { tags, summary: "Remove a rule", params: RuleParams, response } },
      (req) => removeRule(req.ctx, req.params.id),
    );
  };

const logRoutes: FastifyPluginAsyncZod = async (app) => {
  const URL = "/api/v1/notify/log";
  const response = { 200: SendLog };
  app.get(URL, { config: READ, schema: { tags, summary: "What was sent", querystring: LogQuery, response } }, (req) =>
    readLog(req.ctx, req.query),
  );
  app.get(
    `${URL}/replayable`,
    {
      config: READ,
      schema: { tags, summary: "How much can be sent again", querystring: ReplayQuery, response: { 200: Replayed } },
    },
    (req) => countReplayable(req.ctx, req.query),
  );
  app.post(
    `${URL}/replay`,
    {
      config: WRITE,
      schema: { tags, summary: "Send again all that was given up", body: ReplayAll, response: { 200: Replayed } },
    },
    (req) => replayAll(req.ctx, req.body),
  );
  app.post(
    `${URL}/:id/replay`,
    { config: WRITE, schema: { tags, summary: "Send again what was given up", params: SendParams, response } },
    (req) => replay(req.ctx, req.params.id),
  );
};
