import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const beforeLoad = need("incident:read");

const crisisRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/crisis",
  beforeLoad,
  validateSearch: (search: Texts) => pick(search, "service"),
  loader: loadTexts("incident", "crisis", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/crisis/crisis-page.tsx"), "CrisisPage"),
});

const tasksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/tasks",
  beforeLoad,
  loader: loadTexts("incident", "casework", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/casework/tasks-page.tsx"), "TasksPage"),
});

const notesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/notes",
  beforeLoad,
  validateSearch: (search: Texts) => pick(search, "note", "version"),
  loader: loadTexts("incident", "casework", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/casework/notes-page.tsx"), "NotesPage"),
});

const evidenceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/evidence",
  beforeLoad,
  loader: loadTexts("incident", "casework", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/casework/evidence-page.tsx"), "EvidencePage"),
});

const feedRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id/feed",
  beforeLoad,
  loader: loadTexts("incident", "casework", "crisis", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/casework/feed-page.tsx"), "FeedPage"),
});

const handoversRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/handovers",
  beforeLoad,
  loader: loadTexts("casework", "crisis", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/respond/handovers/handovers-page.tsx"), "HandoversPage"),
});

const responseTimesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/response-times",
  beforeLoad,
  validateSearch: (search: Texts) => pick(search, "months"),
  loader: loadTexts("crisis"),
  component: lazyRouteComponent(
    () => import("../../pages/respond/response-times/response-times-page.tsx"),
    "ResponseTimesPage",
  ),
});

/** The course of an incident, the work on it, handovers and response times. */
export const caseworkRoutes = [
  crisisRoute,
  tasksRoute,
  notesRoute,
  evidenceRoute,
  feedRoute,
  handoversRoute,
  responseTimesRoute,
] as const;
