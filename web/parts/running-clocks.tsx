import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { dutyCaseQuery } from "../api/duties.ts";
import { formationQuery } from "../api/formation.ts";
import { keyOf } from "../api/incidents.ts";
import { currentLanguage } from "../app/i18n.ts";
import { Countdown } from "./deadline.tsx";
import classes from "./duty-banner.module.css";

type ClocksProps = {
  /** The incident's key, such as `INC-12`. */
  readonly of: string;
  readonly why: "closing" | "merging" | "elsewhere";
};

/** The deadlines that run in an incident, for where somebody could overlook that they run on. Nothing while there are none. */
export function RunningClocks({ of, why }: ClocksProps) {
  const { t, ready } = useTranslation("deadline");
  const { data } = useQuery(dutyCaseQuery(of));
  const running = data?.clocks.filter(({ state }) => state === "running" || state === "overdue") ?? [];
  if (running.length === 0 || !ready) return null;
  const language = currentLanguage();
  return (
    <section className={classes.banner} aria-label={t("elsewhere", { key: of })}>
      <div>
        <p>
          {why === "closing"
            ? t("closing")
            : why === "merging"
              ? t("merging", { from: of })
              : t("elsewhere", { key: of })}
        </p>
        <ul className={classes.list}>
          {running.map(({ clock, entryName, stageName, startsAt, dueAt }) => (
            <li key={clock}>
              <Link to="/incidents/$id/duties" params={{ id: of }}>
                {entryName[language]} – {stageName[language]}
              </Link>{" "}
              {startsAt && dueAt ? <Countdown startsAt={startsAt} dueAt={dueAt} /> : null}
            </li>
          ))}
        </ul>
        {why === "elsewhere" ? <p>{t("elsewhereHint", { key: of })}</p> : null}
      </div>
    </section>
  );
}

/** Deadlines of the incidents that were merged into this one: they run on there, under the times declared there. */
export function ClocksElsewhere({ incidentId }: { readonly incidentId: string }) {
  const { data } = useQuery(formationQuery(incidentId));
  const merged = data?.relations.filter(
    ({ kind, isFrom, undoneAt }) => kind === "merged-into" && !isFrom && undoneAt === null,
  );
  return merged?.map(({ id, other }) => <RunningClocks key={id} of={keyOf(other)} why="elsewhere" />);
}
