import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const unitsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/units",
  beforeLoad: need("unit:read"),
  validateSearch: (search: Texts) => pick(search, "archived"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../../pages/govern/units/units-page.tsx"), "UnitsPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/people",
  beforeLoad: need("person:read"),
  validateSearch: (search: Texts) => pick(search, "q", "active", "person"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../../pages/govern/people/people-page.tsx"), "PeoplePage"),
});

const auditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/audit",
  beforeLoad: need("audit:read"),
  validateSearch: (search: Texts) => pick(search, "action", "actorId", "targetKind", "targetId", "from", "to"),
  loader: loadTexts("audit", "search"),
  component: lazyRouteComponent(() => import("../../pages/govern/audit/audit-page.tsx"), "AuditPage"),
});

/** Units, people and the audit log. */
export const governRoutes = [unitsRoute, peopleRoute, auditRoute] as const;
