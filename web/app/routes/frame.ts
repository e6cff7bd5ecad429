import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { isProblem } from "../../api/client.ts";
import { meQuery, type Permission } from "../../api/session.ts";
import { applyPreferences } from "../preferences.ts";
import { BareCrashPage, ForbiddenError } from "../shell/error-pages.tsx";

type Context = { readonly queryClient: QueryClient };
export type Texts = Readonly<Record<string, string | undefined>>;

export const rootRoute = createRootRouteWithContext<Context>()({
  errorComponent: BareCrashPage,
});

type Arrival = { readonly context: Context; readonly location: { readonly href: string } };

/** Who is signed in, and the colors of their account; others are sent to sign-in and come back. */
export async function signedIn({ context, location }: Arrival) {
  try {
    const me = await context.queryClient.ensureQueryData(meQuery);
    return { me, scheme: await applyPreferences(me) };
  } catch (error) {
    if (!isProblem(error, "unauthenticated")) throw error;
    throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  }
}

/** Everything behind sign-in. The chosen unit stays in the address, so that a shared link shows the same. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  validateSearch: (search: Texts) => pick(search, "unit"),
  search: { middlewares: [retainSearchParams(["unit"])] },
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import("../shell/frame.tsx"), "Frame"),
  errorComponent: BareCrashPage,
});

/** Refuses the page to those whose roles hold none of its permissions; the server refuses the data anyway. */
export function need(permission: Permission) {
  return ({ context }: { context: { me: { permissions: readonly Permission[] } } }) => {
    if (!context.me.permissions.includes(permission)) throw new ForbiddenError();
  };
}

/** Keeps the named texts of an address and drops what is empty or unknown. */
export function pick<const Name extends string>(
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
