import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { isProblem } from "../api/client.ts";
import { meQuery, type Permission, signInMethodsQuery } from "../api/session.ts";
import { loadTexts } from "./i18n.ts";
import { applyPreferences } from "./preferences.ts";
import { BareCrashPage, CrashPage, ForbiddenError, NotFoundPage, PendingPage } from "./shell/error-pages.tsx";

type Context = { readonly queryClient: QueryClient };
type Texts = Readonly<Record<string, string | undefined>>;

const rootRoute = createRootRouteWithContext<Context>()({
  errorComponent: BareCrashPage,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Texts) => pick(search, "next"),
  loader: async ({ context }) => {
    await Promise.all([loadTexts("account")(), context.queryClient.prefetchQuery(signInMethodsQuery)]);
  },
  component: lazyRouteComponent(() => import("../pages/account/sign-in/sign-in-page.tsx"), "SignInPage"),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  validateSearch: (search: Texts) => pick(search, "token"),
  loader: loadTexts("account"),
  component: lazyRouteComponent(() => import("../pages/account/setup/setup-page.tsx"), "SetupPage"),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  validateSearch: (search: Texts) => pick(search, "token"),
  loader: loadTexts("account"),
  component: lazyRouteComponent(() => import("../pages/account/invitation/invitation-page.tsx"), "InvitationPage"),
});

/** Everything behind sign-in. The chosen unit stays in the address, so that a shared link shows the same. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  validateSearch: (search: Texts) => pick(search, "unit"),
  search: { middlewares: [retainSearchParams(["unit"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await context.queryClient.ensureQueryData(meQuery);
      return { me, scheme: await applyPreferences(me) };
    } catch (error) {
      if (!isProblem(error, "unauthenticated")) throw error;
      throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
    }
  },
  component: lazyRouteComponent(() => import("./shell/frame.tsx"), "Frame"),
  errorComponent: BareCrashPage,
});

/** Refuses the page to those whose roles hold none of its permissions; the server refuses the data anyway. */
function need(permission: Permission) {
  return ({ context }: { context: { me: { permissions: readonly Permission[] } } }) => {
    if (!context.me.permissions.includes(permission)) throw new ForbiddenError();
  };
}

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  loader: loadTexts("home", "monitor"),
  component: lazyRouteComponent(() => import("../pages/home/home-page.tsx"), "HomePage"),
});

export const searchRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/search",
  beforeLoad: need("event:read"),
  validateSearch: (search: Texts) =>
    pick(search, "q", "from", "to", "columns", "sort", "event", "at", "view", "split", "live"),
  loader: loadTexts("search", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/search/search-page.tsx"), "SearchPage"),
});

export const alertsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/alerts",
  beforeLoad: need("alert:read"),
  validateSearch: (search: Texts) =>
    pick(
      search,
      "q",
      "status",
      "severity",
      "assignee",
      "disposition",
      "rule",
      "entityKind",
      "entity",
      "source",
      "tactic",
      "technique",
      "sort",
      "order",
      "alert",
    ),
  loader: loadTexts("alerts", "monitor", "incident", "exceptions"),
  component: lazyRouteComponent(() => import("../pages/monitor/alerts/alerts-page.tsx"), "AlertsPage"),
});

export const incidentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents",
  beforeLoad: need("incident:read"),
  validateSearch: (search: Texts) => pick(search, "q", "status", "severity", "owner", "sort", "order"),
  loader: loadTexts("incident", "monitor"),
  component: lazyRouteComponent(() => import("../pages/respond/incident/incidents-page.tsx"), "IncidentsPage"),
});

export const incidentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/incidents/$id",
  beforeLoad: need("incident:read"),
  loader: loadTexts("incident", "alerts", "monitor"),
  component: lazyRouteComponent(() => import("../pages/respond/incident/incident-page.tsx"), "IncidentPage"),
});

export const rulesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) =>
    pick(
      search,
      "q",
      "level",
      "status",
      "product",
      "category",
      "service",
      "tactic",
      "technique",
      "kind",
      "pack",
      "state",
      "hit",
      "days",
      "sort",
      "order",
      "tab",
    ),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/rules/rules-page.tsx"), "RulesPage"),
});

export const exceptionsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/exceptions",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "state"),
  loader: loadTexts("exceptions"),
  component: lazyRouteComponent(() => import("../pages/monitor/exceptions/exceptions-page.tsx"), "ExceptionsPage"),
});

export const packsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/packs",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "pack"),
  loader: loadTexts("packs"),
  component: lazyRouteComponent(() => import("../pages/monitor/packs/packs-page.tsx"), "PacksPage"),
});

const coverageRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/coverage",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "days", "view"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/rules/coverage-page.tsx"), "CoveragePage"),
});

export const newRuleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/new",
  beforeLoad: need("rule:write"),
  validateSearch: (search: Texts) => pick(search, "copy"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/rules/rule-editor-page.tsx"), "NewRulePage"),
});

export const ruleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/$id",
  beforeLoad: need("rule:read"),
  loader: loadTexts("rules", "monitor", "retrohunt"),
  component: lazyRouteComponent(() => import("../pages/monitor/rules/rule-page.tsx"), "RulePage"),
});

export const editRuleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/$id/edit",
  beforeLoad: need("rule:write"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/rules/rule-editor-page.tsx"), "EditRulePage"),
});

export const sourcesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources",
  beforeLoad: need("source:read"),
  validateSearch: (search: Texts) => pick(search, "q", "kind", "sort", "order", "archived"),
  loader: loadTexts("sources", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/sources/sources-page.tsx"), "SourcesPage"),
});

export const newSourceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/new",
  beforeLoad: need("source:write"),
  loader: loadTexts("sources", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/sources/new-source-page.tsx"), "NewSourcePage"),
});

export const sourceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/sources/$id",
  beforeLoad: need("source:read"),
  loader: loadTexts("sources", "monitor"),
  component: lazyRouteComponent(() => import("../pages/monitor/sources/source-page.tsx"), "SourcePage"),
});

export const unitsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/units",
  beforeLoad: need("unit:read"),
  validateSearch: (search: Texts) => pick(search, "archived"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../pages/govern/units/units-page.tsx"), "UnitsPage"),
});

export const peopleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/people",
  beforeLoad: need("person:read"),
  validateSearch: (search: Texts) => pick(search, "q", "active", "person"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../pages/govern/people/people-page.tsx"), "PeoplePage"),
});

export const auditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/audit",
  beforeLoad: need("audit:read"),
  validateSearch: (search: Texts) => pick(search, "action", "actorId", "targetKind", "targetId", "from", "to"),
  loader: loadTexts("audit", "search"),
  component: lazyRouteComponent(() => import("../pages/govern/audit/audit-page.tsx"), "AuditPage"),
});

export const tokensRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/tokens",
  beforeLoad: need("token:read"),
  validateSearch: (search: Texts) => pick(search, "revoked"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../pages/settings/tokens/tokens-page.tsx"), "TokensPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/account",
  loader: loadTexts("account", "organization"),
  component: lazyRouteComponent(() => import("../pages/settings/account/account-page.tsx"), "AccountPage"),
});

const nowhereRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "$",
  component: NotFoundPage,
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  invitationRoute,
  frameRoute.addChildren([
    homeRoute,
    searchRoute,
    alertsRoute,
    incidentsRoute,
    incidentRoute,
    rulesRoute,
    exceptionsRoute,
    packsRoute,
    coverageRoute,
    newRuleRoute,
    ruleRoute,
    editRuleRoute,
    sourcesRoute,
    newSourceRoute,
    sourceRoute,
    unitsRoute,
    peopleRoute,
    auditRoute,
    tokensRoute,
    accountRoute,
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

/** Keeps the named texts of an address and drops what is empty or unknown. */
function pick<const Name extends string>(
  search: Texts,
  ...names: readonly Name[]
): { [N in Name]?: string | undefined } {
  const kept: { [N in Name]?: string | undefined } = {};
  for (const name of names) {
    const value = search[name];
    if (value !== undefined && value !== "") kept[name] = value;
  }
  return kept;
}
