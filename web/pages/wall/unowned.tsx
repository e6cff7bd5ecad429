import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../api/alerts.ts";
import type { Wall } from "../../api/dashboards.ts";
import { meQuery } from "../../api/session.ts";
import { currentLanguage } from "../../app/i18n.ts";
import { Severity } from "../../parts/severity.tsx";
import { formatSpan } from "../../ui/ago.ts";
import { formatCount } from "../../ui/figures.ts";
import { useMinute } from "../../ui/use-minute.ts";
import classes from "./wall.module.css";

const SHOWN = 5;

/** What nobody has taken: incidents before alerts, the most severe first, of those the longest waiting. */
export function Unowned({ wall }: { readonly wall: Wall }) {
  const { t, i18n } = useTranslation("live");
  const nameOf = useUnitName();
  const nowMs = useMinute();
  const incidents = (wall.incidents?.unowned ?? []).map((one) => ({ ...one, key: `INC-${one.number}`, id: "" }));
  const alerts = (wall.alerts?.unowned ?? []).map((one) => ({ ...one, key: t("wall.alert"), number: 0 }));
  const rank = (level: (typeof LEVELS)[number]): number => LEVELS.indexOf(level);
  const all = [...incidents, ...alerts].toSorted((one, other) => rank(one.severity) - rank(other.severity));
  const total = (wall.incidents?.unownedTotal ?? 0) + (wall.alerts?.unownedTotal ?? 0);
  if (total === 0) return <p className={classes.none}>{t("wall.nobodyWaits")}</p>;
  return (
    <>
      <ul className={classes.lines}>
        {all.slice(0, SHOWN).map(({ key, id, number, severity, unitId, since }) => (
          <li key={`${key} ${id}`}>
            <Severity level={severity} isQuiet />
            {number > 0 ? (
              <Link to="/incidents/$id" params={{ id: key }}>
                {key}
              </Link>
            ) : (
              <Link to="/alerts" search={{ alert: id }}>
                {key}
              </Link>
            )}
            <span className={classes.grow}>{nameOf(unitId)}</span>
            <strong>{formatSpan(wholeMinutes(nowMs - Date.parse(since)), i18n.language)}</strong>
          </li>
        ))}
      </ul>
      <p className={classes.small}>{t("wall.unowned", { count: total, text: formatCount(total) })}</p>
    </>
  );
}

const MINUTE_MS = 60_000;
/** Seconds say nothing of how long somebody waits. */
const wholeMinutes = (ms: number): number => Math.max(MINUTE_MS, Math.floor(ms / MINUTE_MS) * MINUTE_MS);

/** Names of units without the frame's unit switch, which the wall does not have. */
export function useUnitName(): (id: string) => string {
  const { data: me } = useQuery(meQuery);
  const language = currentLanguage();
  return (id) => {
    const name = me?.units.find((unit) => unit.id === id)?.name;
    return name ? name[language] || name.ja || name.en : id;
  };
}
