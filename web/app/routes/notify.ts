import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const texts = loadTexts("notify", "monitor", "casework");

const inboxRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notifications",
  validateSearch: (search: Texts) => pick(search, "unread"),
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/inbox/inbox-page.tsx"), "InboxPage"),
});

const preferencesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notifications/settings",
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/inbox/preferences-page.tsx"), "PreferencesPage"),
});

const notifyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notify",
  beforeLoad: need("notify:read"),
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/rules/rules-page.tsx"), "NotifyRulesPage"),
});

const channelsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notify/channels",
  beforeLoad: need("notify:read"),
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/channels/channels-page.tsx"), "ChannelsPage"),
});

const logRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notify/log",
  beforeLoad: need("notify:read"),
  validateSearch: (search: Texts) => pick(search, "state", "via"),
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/log/log-page.tsx"), "SendLogPage"),
});

const onCallRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/on-call",
  loader: texts,
  component: lazyRouteComponent(() => import("../../pages/notify/on-call/on-call-page.tsx"), "OnCallPage"),
});

/** What one is told, who is told, and who is on call. */
export const notifyRoutes = [inboxRoute, preferencesRoute, notifyRoute, channelsRoute, logRoute, onCallRoute] as const;
