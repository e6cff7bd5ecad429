import { useMantineColorScheme } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useRouteContext, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../api/session.ts";
import { useKeys } from "../../ui/keys.ts";
import classes from "./frame.module.css";
import { Header } from "./header.tsx";
import { HOME, navFor } from "./nav.ts";
import { Sidebar } from "./sidebar.tsx";
import { useJumps } from "./use-jumps.ts";

const CommandPalette = lazy(() =>
  import("./command-palette.tsx").then(({ CommandPalette }) => ({ default: CommandPalette })),
);
const KeyHelp = lazy(() => import("./key-help.tsx").then(({ KeyHelp }) => ({ default: KeyHelp })));

type Overlay = "palette" | "keys" | "menu" | undefined;

export function Frame() {
  const { t } = useTranslation("shell");
  const { data: me } = useSuspenseQuery(meQuery);
  const [overlay, setOverlay] = useState<Overlay>();
  const main = useRef<HTMLElement>(null);
  const groups = navFor(me.permissions);
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname });
  useJumps([HOME, ...groups.flatMap(({ entries }) => entries)]);
  useKeys({
    "mod+k": () => setOverlay("palette"),
    "?": () => setOverlay("keys"),
    escape: () => (overlay === "menu" ? setOverlay(undefined) : false),
  });
  useAccountScheme();
  useTitle(pathname);
  useFocusOnArrival(pathname, main);

  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t("frame.skip")}
      </a>
      <Header
        me={me}
        onSearch={() => setOverlay("palette")}
        onKeys={() => setOverlay("keys")}
        isMenuOpen={overlay === "menu"}
        onMenu={() => setOverlay(overlay === "menu" ? undefined : "menu")}
      />
      <Sidebar
        me={me}
        groups={groups}
        isOpen={overlay === "menu"}
        onNavigate={() => setOverlay((now) => (now === "menu" ? undefined : now))}
      />
      <main id="main" className={classes.main} tabIndex={-1} ref={main}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Suspense>
        {overlay === "palette" ? (
          <CommandPalette me={me} groups={groups} onClose={() => setOverlay(undefined)} />
        ) : null}
        {overlay === "keys" ? <KeyHelp groups={groups} onClose={() => setOverlay(undefined)} /> : null}
      </Suspense>
    </div>
  );
}

/** The account's light or dark, on a browser where nothing was chosen yet. */
function useAccountScheme(): void {
  const { scheme } = useRouteContext({ from: "/frame" });
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (scheme) setColorScheme(scheme);
  }, [scheme, setColorScheme]);
}

/** The tab's title follows the page's heading, in whichever language it is drawn. */
function useTitle(pathname: string): void {
  const { i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page or language means a new heading
  useEffect(() => {
    const heading = document.querySelector("main h1")?.textContent;
    document.title = heading ? `${heading} · Yagura 櫓` : "Yagura 櫓";
  }, [pathname, i18n.language]);
}

/** After a navigation the keyboard continues in the new page, not at a link that is gone. */
function useFocusOnArrival(pathname: string, main: React.RefObject<HTMLElement | null>): void {
  const former = useRef(pathname);
  useEffect(() => {
    if (former.current === pathname) return;
    former.current = pathname;
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
    main.current?.scrollTo({ top: 0 });
  }, [pathname, main]);
}
