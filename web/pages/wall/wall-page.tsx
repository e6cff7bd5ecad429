import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { wallQuery } from "../../api/dashboards.ts";
import { formatSpan } from "../../ui/ago.ts";
import { PlayerPauseIcon, PlayerPlayIcon } from "../../ui/icons.ts";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { Clocks } from "./clocks.tsx";
import { Duties } from "./duties.tsx";
import { WallFunnel } from "./funnel.tsx";
import { Phases } from "./phases.tsx";
import { Queue } from "./queue.tsx";
import { Sources } from "./sources.tsx";
import { Times } from "./times.tsx";
import { Unowned } from "./unowned.tsx";
import { useRotation } from "./use-rotation.ts";
import { useSecond } from "./use-second.ts";
import classes from "./wall.module.css";

const LiveRefresh = lazy(() =>
  import("../../live/live-refresh.tsx").then(({ LiveRefresh }) => ({ default: LiveRefresh })),
);

/** Figures older than this are not what is: said in the colour of what is wrong. */
const STALE_MS = 60_000;

/** For a large display: everything at once, or one thing after another when the address asks for it (`?rotate=20`). */
export function WallPage() {
  const { t } = useTranslation("live");
  const { rotate, theme } = useSearch({ from: "/wall" });
  const { data: wall, error, refetch } = useQuery(wallQuery);
  useScheme(theme === "light" ? "light" : "dark");
  useTitle(t("wall.title"));
  const panels: readonly (readonly [name: string, panel: ReactNode])[] = wall
    ? [
        ["funnel", <WallFunnel key="funnel" funnel={wall.funnel} />],
        ["alerts", <Queue key="alerts" kind="alerts" queue={wall.alerts} />],
        ["incidents", <Queue key="incidents" kind="incidents" queue={wall.incidents} />],
        ["unowned", <Unowned key="unowned" wall={wall} />],
        ["times", <Times key="times" />],
        ["phases", <Phases key="phases" incidents={wall.incidents} />],
        ["duties", <Duties key="duties" />],
        ["sources", <Sources key="sources" sources={wall.sources} />],
      ]
    : [];
  const rotation = useRotation(panels.length, Number(rotate ?? 0));
  return (
    <main className={classes.wall} data-single={rotation.at === undefined ? undefined : true}>
      <header className={classes.head}>
        <h1 className={classes.title}>
          櫓 Yagura <span>{t("wall.title")}</span>
        </h1>
        <Clocks />
        <Suspense>
          <LiveRefresh />
        </Suspense>
        {wall ? <Age at={wall.at} /> : null}
        {rotation.at === undefined ? null : (
          <button type="button" className={classes.button} onClick={rotation.toggle}>
            {rotation.isHeld ? <PlayerPlayIcon size="1em" aria-hidden /> : <PlayerPauseIcon size="1em" aria-hidden />}
            {rotation.isHeld ? t("wall.play") : t("wall.pause")}
          </button>
        )}
        <Link to="/" className={classes.button}>
          {t("wall.leave")}
        </Link>
      </header>
      {error && !wall ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      <div className={classes.panels}>
        {panels.map(([name, panel], i) =>
          rotation.at === undefined || rotation.at === i ? (
            <section key={name} className={classes.panel} data-panel={name} aria-labelledby={`wall-${name}`}>
              <h2 id={`wall-${name}`}>{t(`wall.panel.${name}`)}</h2>
              {panel}
            </section>
          ) : null,
        )}
      </div>
    </main>
  );
}

/** How old the figures are: not a live region, nobody is told each second. */
function Age({ at }: { readonly at: string }) {
  const { t, i18n } = useTranslation("live");
  const ageMs = Math.max(0, useSecond() - Date.parse(at));
  const isStale = ageMs > STALE_MS;
  return (
    <p className={classes.age} data-stale={isStale || undefined}>
      {isStale ? `${t("wall.stale")} · ` : ""}
      {t("wall.age", { text: formatSpan(ageMs, i18n.language) })}
    </p>
  );
}

/** The display is dark whatever the account says, and the account keeps what it says. */
function useScheme(scheme: "light" | "dark"): void {
  useEffect(() => {
    const root = document.documentElement;
    const former = root.dataset.mantineColorScheme;
    root.dataset.mantineColorScheme = scheme;
    return () => {
      if (former) root.dataset.mantineColorScheme = former;
    };
  }, [scheme]);
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Yagura 櫓`;
  }, [title]);
}
