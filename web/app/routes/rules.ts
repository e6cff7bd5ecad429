import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const rulesRoute = createRoute({
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
  component: lazyRouteComponent(() => import("../../pages/monitor/rules/rules-page.tsx"), "RulesPage"),
});

const exceptionsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/exceptions",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "state"),
  loader: loadTexts("exceptions"),
  component: lazyRouteComponent(() => import("../../pages/monitor/exceptions/exceptions-page.tsx"), "ExceptionsPage"),
});

const packsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/packs",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "pack"),
  loader: loadTexts("packs"),
  component: lazyRouteComponent(() => import("../../pages/monitor/packs/packs-page.tsx"), "PacksPage"),
});

const coverageRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/coverage",
  beforeLoad: need("rule:read"),
  validateSearch: (search: Texts) => pick(search, "days", "view"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/rules/coverage-page.tsx"), "CoveragePage"),
});

const newRuleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/new",
  beforeLoad: need("rule:write"),
  validateSearch: (search: Texts) => pick(search, "copy"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/rules/rule-editor-page.tsx"), "NewRulePage"),
});

const ruleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/$id",
  beforeLoad: need("rule:read"),
  loader: loadTexts("rules", "monitor", "retrohunt"),
  component: lazyRouteComponent(() => import("../../pages/monitor/rules/rule-page.tsx"), "RulePage"),
});

const editRuleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/rules/$id/edit",
  beforeLoad: need("rule:write"),
  loader: loadTexts("rules", "monitor"),
  component: lazyRouteComponent(() => import("../../pages/monitor/rules/rule-editor-page.tsx"), "EditRulePage"),
});

/** Detection rules and what belongs to them. */
export const rulesRoutes = [
  rulesRoute,
  exceptionsRoute,
  packsRoute,
  coverageRoute,
  newRuleRoute,
  ruleRoute,
  editRuleRoute,
] as const;
