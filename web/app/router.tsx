import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "./i18n.ts";
import { caseworkRoutes } from "./routes/casework.ts";
import { dashboardRoutes, wallRoutes } from "./routes/dashboards.ts";
import { entranceRoutes } from "./routes/entrance.ts";
import { frameRoute, rootRoute } from "./routes/frame.ts";
import { governRoutes } from "./routes/govern.ts";
import { huntingRoutes } from "./routes/hunting.ts";
import { monitorRoutes } from "./routes/monitor.ts";
import { notifyRoutes } from "./routes/notify.ts";
import { respondRoutes } from "./routes/respond.ts";
import { rulesRoutes } from "./routes/rules.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { CrashPage, NotFoundPage, PendingPage } from "./shell/error-pages.tsx";

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  loader: loadTexts("home", "monitor"),
  component: lazyRouteComponent(() => import("../pages/home/home-page.tsx"), "HomePage"),
});

const nowhereRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "$",
  component: NotFoundPage,
});

const routeTree = rootRoute.addChildren([
  ...entranceRoutes,
  ...wallRoutes,
  frameRoute.addChildren([
    homeRoute,
    ...monitorRoutes,
    ...rulesRoutes,
    ...dashboardRoutes,
    ...respondRoutes,
    ...caseworkRoutes,
    ...huntingRoutes,
    ...governRoutes,
    ...notifyRoutes,
    ...settingsRoutes,
    nowhereRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: CrashPage,
    defaultPendingMs: 250,
    defaultPendingComponent: PendingPage,
    // Plain `name=value` pairs: people read, edit and share these addresses.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(search)) if (value) params.set(name, String(value));
      const text = params.toString();
      return text === "" ? "" : `?${text}`;
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
