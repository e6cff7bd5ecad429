import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const entityRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/monitor/entities/$kind/$value",
  beforeLoad: need("event:read"),
  validateSearch: (search: Texts) => pick(search, "from", "to"),
  loader: loadTexts("entities", "monitor", "search", "incident"),
  component: lazyRouteComponent(() => import("../../pages/monitor/entity/entity-page.tsx"), "EntityPage"),
});

const notebooksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notebooks",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "find"),
  loader: loadTexts("notebooks"),
  component: lazyRouteComponent(() => import("../../pages/respond/notebooks/notebooks-page.tsx"), "NotebooksPage"),
});

const notebookRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notebooks/$id",
  beforeLoad: need("incident:read"),
  loader: loadTexts("notebooks", "monitor", "casework", "search"),
  component: lazyRouteComponent(() => import("../../pages/respond/notebooks/notebook-page.tsx"), "NotebookPage"),
});

const incidentNotebooksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/notebooks",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "notebooks", "monitor"),
  component: lazyRouteComponent(
    () => import("../../pages/respond/notebooks/incident-notebooks-page.tsx"),
    "IncidentNotebooksPage",
  ),
});

/** What is known of one host, person, address, domain or file; and what people found, written down. */
export const huntingRoutes = [entityRoute, notebooksRoute, notebookRoute, incidentNotebooksRoute] as const;
