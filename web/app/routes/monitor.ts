import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const searchRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/search",
  beforeLoad: need("event:read"),
  validateSearch: (search: Texts) =>
    pick(search, "q", "from", "to", "columns", "sort", "event", "at", "view", "split", "live"),
  loader: loadTexts("search", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/search/search-page.tsx"), "SearchPage"),
});

const alertsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/alerts",
  beforeLoad: need("alert:read"),
  validateSearch: (search: Texts) =>
    pick(
      search,
      "q",
      "status",
      "severity",
      "assignee",
      "disposition",
      "rule",
      "entityKind",
      "entity",
      "entityIs",
      "source",
      "tactic",
      "technique",
      "from",
      "to",
      "level",
      "judged",
      "createdFrom",
      "createdTo",
      "sort",
      "order",
      "alert",
    ),
  loader: loadTexts("alerts", "monitor", "incident", "exceptions"),
  component: lazyRouteComponent(() => import("../../pages/monitor/alerts/alerts-page.tsx"), "AlertsPage"),
});

const alertMatrixRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/alerts/matrix",
  beforeLoad: need("alert:read"),
  validateSearch: (search: Texts) => pick(search, "from", "to"),
  loader: loadTexts("alerts", "monitor", "search"),
  component: lazyRouteComponent(() => import("../../pages/monitor/alerts/matrix-page.tsx"), "AlertMatrixPage"),
});

const sourcesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources",
  beforeLoad: need("source:read"),
  validateSearch: (search: Texts) => pick(search, "q", "kind", "sort", "order", "archived"),
  loader: loadTexts("sources", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/sources/sources-page.tsx"), "SourcesPage"),
});

const newSourceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/new",
  beforeLoad: need("source:write"),
  loader: loadTexts("sources", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/sources/new-source-page.tsx"), "NewSourcePage"),
});

const networksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/networks",
  beforeLoad: need("source:read"),
  loader: loadTexts("networks"),
  component: lazyRouteComponent(() => import("../../pages/monitor/networks/networks-page.tsx"), "NetworksPage"),
});

const sourceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/$id",
  beforeLoad: need("source:read"),
  loader: loadTexts("sources", "monitor", "reread"),
  component: lazyRouteComponent(() => import("../../pages/monitor/sources/source-page.tsx"), "SourcePage"),
});

const parsersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/parsers",
  beforeLoad: need("source:read"),
  loader: loadTexts("parsers"),
  component: lazyRouteComponent(() => import("../../pages/monitor/parsers/parsers-page.tsx"), "ParsersPage"),
});

const newParserRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/parsers/new",
  beforeLoad: need("source:write"),
  validateSearch: (search: Texts) => pick(search, "source"),
  loader: loadTexts("parsers", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/parsers/parser-page.tsx"), "NewParserPage"),
});

const parserRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/parsers/$id",
  beforeLoad: need("source:read"),
  validateSearch: (search: Texts) => pick(search, "source"),
  loader: loadTexts("parsers", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/parsers/parser-page.tsx"), "ParserPage"),
});

const retentionRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/retention",
  beforeLoad: need("source:read"),
  loader: loadTexts("retention"),
  component: lazyRouteComponent(() => import("../../pages/monitor/retention/retention-page.tsx"), "RetentionPage"),
});

/** Search, alerts, sources, networks, parsers and how long events are kept. */
export const monitorRoutes = [
  searchRoute,
  alertsRoute,
  alertMatrixRoute,
  sourcesRoute,
  newSourceRoute,
  networksRoute,
  sourceRoute,
  parsersRoute,
  newParserRoute,
  parserRoute,
  retentionRoute,
] as const;
