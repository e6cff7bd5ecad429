import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { loadTexts } from "../i18n.ts";
import { frameRoute, need, pick, type Texts } from "./frame.ts";

const tokensRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/tokens",
  beforeLoad: need("token:read"),
  validateSearch: (search: Texts) => pick(search, "revoked"),
  loader: loadTexts("organization"),
  component: lazyRouteComponent(() => import("../../pages/settings/tokens/tokens-page.tsx"), "TokensPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/account",
  loader: loadTexts("account", "profile", "organization"),
  component: lazyRouteComponent(() => import("../../pages/settings/account/account-page.tsx"), "AccountPage"),
});

/** Tokens and the own account. */
export const settingsRoutes = [tokensRoute, accountRoute] as const;
