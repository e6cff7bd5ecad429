import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { funnelQuery } from "../../api/search.ts";
import { formatCount, formatHeadline } from "../../ui/figures.ts";
import { currentLanguage } from "../i18n.ts";
import classes from "./funnel-strip.module.css";
import { useUnit } from "./use-unit.ts";

/** The funnel of the last day at the foot of every page: bars on a log scale, true counts, each a link to its list. */
export function FunnelStrip() {
  const { t } = useTranslation("shell");
  const { unit } = useUnit();
  const { data } = useQuery(funnelQuery("now-24h", "now", unit));
  if (!data) return null;
  // One event may set off several rules: detections can be more than events.
  const top = Math.log10(Math.max(data.events, data.detections, 10));
  const steps = [
    { key: "events", count: data.events, to: "/search", search: { from: "now-24h" } },
    { key: "detections", count: data.detections, to: "/search", search: { from: "now-24h", q: "detected:true" } },
    {
      key: "alerts",
      count: data.alerts,
      to: "/alerts",
      search: { status: "open,in-progress,closed", from: data.range.from, to: data.range.to },
    },
    {
      key: "incidents",
      count: data.incidents,
      to: "/incidents",
      search: {
        status: "open,contained,resolved,closed",
        withdrawn: "out",
        openedFrom: data.range.from,
        openedTo: data.range.to,
      },
    },
  ] as const;
  return (
    <section className={classes.strip} aria-label={t("funnel.stripLabel")}>
      <p className={classes.title}>{t("funnel.lastDay")}</p>
      <ul className={classes.list}>
        {steps
          .filter(({ count }) => count !== null)
          .map(({ key, count, to, search }) => {
            const row = (
              <>
                <span className={classes.name}>{t(`funnel.${key}`)}</span>
                <span className={classes.count} title={formatCount(count ?? 0)}>
                  {formatHeadline(count ?? 0, currentLanguage())}
                </span>
                <span className={classes.track} aria-hidden>
                  <span
                    className={classes.bar}
                    data-step={key}
                    style={{ width: `${Math.max(2, (Math.log10(Math.max(count ?? 0, 1)) / top) * 100)}%` }}
                  />
                </span>
              </>
            );
            return (
              <li key={key}>
                {to ? (
                  <Link to={to} search={search} className={classes.row}>
                    {row}
                  </Link>
                ) : (
                  <span className={classes.row}>{row}</span>
                )}
              </li>
            );
          })}
      </ul>
    </section>
  );
}
