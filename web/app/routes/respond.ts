import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { dutyRoutes } from "./duty.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";
import { storyRoutes } from "./story.ts";

const incidentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) =>
    pick(search, "q", "status", "severity", "owner", "openedFrom", "openedTo", "withdrawn", "sort", "order"),
  loader: loadTexts("incident", "monitor", "story"),
  component: lazyRouteComponent(() => import("../../pages/respond/incident/incidents-page.tsx"), "IncidentsPage"),
});

const incidentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "step"),
  loader: loadTexts("incident", "alerts", "monitor", "story"),
  component: lazyRouteComponent(() => import("../../pages/respond/incident/incident-page.tsx"), "IncidentPage"),
});

const whyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/why",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "alerts", "monitor", "formation"),
  component: lazyRouteComponent(() => import("../../pages/respond/incident/why.tsx"), "WhyPage"),
});

const groupingRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/grouping",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "state"),
  loader: loadTexts("formation"),
  component: lazyRouteComponent(() => import("../../pages/respond/grouping/grouping-page.tsx"), "GroupingPage"),
});

const groupsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/alerts/groups",
  beforeLoad: need("alert:read"),
  loader: loadTexts("formation", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/groups/groups-page.tsx"), "GroupsPage"),
});

/** Incidents, and how alerts become them. */
export const respondRoutes = [
  incidentsRoute,
  incidentRoute,
  whyRoute,
  groupingRoute,
  groupsRoute,
  ...storyRoutes,
  ...dutyRoutes,
] as const;
