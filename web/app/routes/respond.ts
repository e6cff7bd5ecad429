import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const incidentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "q", "status", "severity", "owner", "sort", "order"),
  loader: loadTexts("incident", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/incident/incidents-page.tsx"), "IncidentsPage"),
});

const incidentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "alerts", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/incident/incident-page.tsx"), "IncidentPage"),
});

const incidentDutiesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/duties",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "duties", "deadline"),
  component: lazyRouteComponent(() => import("../../pages/respond/duties/case-page.tsx"), "DutyCasePage"),
});

const dutiesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/duties",
  beforeLoad: need("incident:read"),
  loader: loadTexts("duties", "deadline"),
  component: lazyRouteComponent(() => import("../../pages/respond/duties/duties-page.tsx"), "DutiesPage"),
});

const dutyRegisterRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/duties/register",
  beforeLoad: need("incident:read"),
  loader: loadTexts("duties"),
  component: lazyRouteComponent(() => import("../../pages/respond/duties/register-page.tsx"), "DutyRegisterPage"),
});

/** Incidents and notification duties. */
export const respondRoutes = [
  incidentsRoute,
  incidentRoute,
  incidentDutiesRoute,
  dutiesRoute,
  dutyRegisterRoute,
] as const;
