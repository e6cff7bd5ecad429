import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";
import { storyRoutes } from "./story.ts";

const incidentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "q", "status", "severity", "owner", "sort", "order"),
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

/** Incidents. */
export const respondRoutes = [incidentsRoute, incidentRoute, ...storyRoutes] as const;
