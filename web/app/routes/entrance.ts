import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signInMethodsQuery } from "../../api/session.ts";
import { loadTexts } from "../i18n.ts";
import { pick, rootRoute, type Texts } from "./frame.ts";

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Texts) => pick(search, "next"),
  loader: async ({ context }) => {
    await Promise.all([loadTexts("account")(), context.queryClient.prefetchQuery(signInMethodsQuery)]);
  },
  component: lazyRouteComponent(() => import("../../pages/account/sign-in/sign-in-page.tsx"), "SignInPage"),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  validateSearch: (search: Texts) => pick(search, "token"),
  loader: loadTexts("account"),
  component: lazyRouteComponent(() => import("../../pages/account/setup/setup-page.tsx"), "SetupPage"),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  validateSearch: (search: Texts) => pick(search, "token"),
  loader: loadTexts("account"),
  component: lazyRouteComponent(() => import("../../pages/account/invitation/invitation-page.tsx"), "InvitationPage"),
});

/** What can be seen before sign-in. */
export const entranceRoutes = [signInRoute, setupRoute, invitationRoute] as const;
