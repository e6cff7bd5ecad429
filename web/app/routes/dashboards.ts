import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, rootRoute, signedIn, type Texts } from "./frame.ts";

/** Units and rules: one page of two, so that the first file names one address less. */
const boardRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/dashboards",
  beforeLoad: need("alert:read"),
  validateSearch: (search: Texts) =>
    pick(search, "board", "days", "measure", "level", "q", "show", "sort", "order", "limit"),
  loader: loadTexts("live", "crisis", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/dashboards/board-page.tsx"), "BoardPage"),
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
  loader: loadTexts("live", "monitor", "crisis", "deadline"),
  component: lazyRouteComponent(() => import("../../pages/wall/wall-page.tsx"), "WallPage"),
});

/** Figures side by side. */
export const dashboardRoutes = [boardRoute] as const;
export const wallRoutes = [wallRoute] as const;
