import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openClocksQuery } from "../api/duty-clocks.ts";
import { currentLanguage } from "../app/i18n.ts";
import { AlertTriangleIcon } from "../ui/icons.ts";
import { Countdown } from "./deadline.tsx";
import classes from "./duty-banner.module.css";

const SHOWN = 3;

/** Deadlines of which half is gone, the nearest first. Nothing while there are none. */
export function DutyBanner({ incidentId }: { readonly incidentId?: string }) {
  const { t, ready } = useTranslation("deadline");
  const { data } = useQuery(openClocksQuery);
  const due = (data?.items ?? []).filter(
    (one) => one.warning >= 50 && (incidentId === undefined || one.incidentId === incidentId),
  );
  if (due.length === 0 || !ready) return null;
  const language = currentLanguage();
  return (
    <section className={classes.banner} aria-label={t("banner")}>
      <AlertTriangleIcon size={20} stroke={1.7} aria-hidden className={classes.icon} />
      <ul className={classes.list}>
        {due.slice(0, SHOWN).map((one) => (
          <li key={`${one.incidentId} ${one.clock}`}>
            <Link to="/incidents/$id/duties" params={{ id: `INC-${one.number}` }}>
              INC-{one.number} {one.entryName[language]} – {one.stageName[language]}
            </Link>{" "}
            <Countdown startsAt={one.startsAt} dueAt={one.dueAt} />
          </li>
        ))}
        {due.length > SHOWN ? (
          <li>
            <Link to="/duties">{t("more", { count: due.length - SHOWN })}</Link>
          </li>
        ) : null}
      </ul>
    </section>
  );
}
