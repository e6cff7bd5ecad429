import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, rootRoute, signedIn, type Texts } from "./frame.ts";

const unitBoardRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/dashboards/units",
  beforeLoad: need("alert:read"),
  validateSearch: (search: Texts) => pick(search, "days", "measure"),
  loader: loadTexts("dashboards", "crisis"),
  component: lazyRouteComponent(() => import("../../pages/monitor/dashboards/units-page.tsx"), "UnitBoardPage"),
});

const ruleBoardRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/dashboards/rules",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "days", "level", "q", "show", "sort", "order", "limit"),
  loader: loadTexts("dashboards", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/dashboards/rules-page.tsx"), "RuleBoardPage"),
});

/** Without the frame: a display on the wall has no menu. */
const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/wall",
  validateSearch: (search: Texts) => pick(search, "rotate", "theme"),
  beforeLoad: async (args) => {
    const found = await signedIn(args);
    need("alert:read")({ context: found });
    return found;
  },
  loader: loadTexts("wall", "monitor", "crisis", "deadline", "live"),
  component: lazyRouteComponent(() => import("../../pages/wall/wall-page.tsx"), "WallPage"),
});

/** Figures side by side. */
export const dashboardRoutes = [unitBoardRoute, ruleBoardRoute] as const;
export const wallRoutes = [wallRoute] as const;
