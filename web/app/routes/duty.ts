import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need } from "./frame.ts";

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

/** Whom to tell, in peacetime and in a case. */
export const dutyRoutes = [incidentDutiesRoute, dutiesRoute, dutyRegisterRoute] as const;
