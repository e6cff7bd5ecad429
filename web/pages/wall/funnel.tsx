import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Wall } from "../../api/dashboards.ts";
import { meQuery } from "../../api/session.ts";
import { currentLanguage } from "../../app/i18n.ts";
import { formatCount, formatHeadline } from "../../ui/figures.ts";
import classes from "./wall.module.css";

/** Events to incidents of the last day, in true counts; the number of events leads on for who may read them. */
export function WallFunnel({ funnel }: { readonly funnel: Wall["funnel"] }) {
  const { t } = useTranslation("live");
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("event:read") === true;
  const { from, to } = funnel.range;
  const steps = [
    { key: "events", count: funnel.events, to: "/search", search: { from, to } },
    { key: "detections", count: funnel.detections, to: "/search", search: { from, to, q: "detected:true" } },
    { key: "alerts", count: funnel.alerts, to: "/alerts", search: { status: "open,in-progress,closed", from, to } },
    {
      key: "incidents",
      count: funnel.incidents,
      to: "/incidents",
      search: { status: "open,contained,resolved,closed", withdrawn: "out", openedFrom: from, openedTo: to },
    },
  ] as const;
  return (
    <ol className={classes.funnel}>
      {steps.map(({ key, count, to: page, search }, i) => {
        const before = steps[i - 1]?.count ?? 0;
        const part = before && count ? Math.round(before / count) : 0;
        const told = (
          <>
            <span className={classes.name}>{t(`wall.step.${key}`)}</span>
            <strong title={formatCount(count ?? 0)}>
              {count === null ? t("wall.unknown") : formatHeadline(count, currentLanguage())}
            </strong>
            <span className={classes.small}>{part > 1 ? t("wall.oneIn", { text: formatCount(part) }) : " "}</span>
          </>
        );
        return (
          <li key={key}>
            {page === "/search" && !mayRead ? (
              <div>{told}</div>
            ) : (
              <Link to={page} search={search}>
                {told}
              </Link>
            )}
          </li>
        );
      })}
    </ol>
  );
}
