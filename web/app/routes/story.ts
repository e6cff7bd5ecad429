import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const storyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/story",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "alerts", "monitor", "story"),
  component: lazyRouteComponent(() => import("../../pages/respond/story/story-page.tsx"), "StoryPage"),
});

const graphRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/graph",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "at", "node", "speed"),
  loader: loadTexts("incident", "alerts", "monitor", "story"),
  component: lazyRouteComponent(() => import("../../pages/respond/story/graph-page.tsx"), "GraphPage"),
});

const targetsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/targets",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "alerts", "monitor", "story"),
  component: lazyRouteComponent(() => import("../../pages/respond/story/targets-page.tsx"), "TargetsPage"),
});

const killChainRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/kill-chain",
  beforeLoad: need("incident:read"),
  loader: loadTexts("story", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/killchain/kill-chain-page.tsx"), "KillChainPage"),
});

const attackRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/attack",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "days"),
  loader: loadTexts("story", "monitor", "rules"),
  component: lazyRouteComponent(() => import("../../pages/respond/attack/heat-page.tsx"), "HeatPage"),
});

/** An incident told and drawn, the kill chain, and the heatmap. */
export const storyRoutes = [storyRoute, graphRoute, targetsRoute, killChainRoute, attackRoute] as const;
