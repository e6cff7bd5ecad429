import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { funnelQuery } from "../../api/search.ts";
import { meQuery } from "../../api/session.ts";
import { currentLanguage } from "../../app/i18n.ts";
import { formatCount, formatHeadline } from "../../ui/figures.ts";
import { NotYours } from "./not-yours.tsx";
import classes from "./wall.module.css";

/** Events to incidents of the last day, in true counts. */
export function WallFunnel() {
  const { t } = useTranslation("live");
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("event:read") === true;
  const { data } = useQuery({ ...funnelQuery("now-24h", "now", ""), enabled: mayRead });
  if (me && !mayRead) return <NotYours />;
  if (!data) return null;
  const { from, to } = data.range;
  const steps = [
    { key: "events", count: data.events, to: "/search", search: { from, to } },
    { key: "detections", count: data.detections, to: "/search", search: { from, to, q: "detected:true" } },
    { key: "alerts", count: data.alerts, to: "/alerts", search: { status: "open,in-progress,closed", from, to } },
    {
      key: "incidents",
      count: data.incidents,
      to: "/incidents",
      search: { status: "open,contained,resolved,closed", withdrawn: "out", openedFrom: from, openedTo: to },
    },
  ] as const;
  return (
    <ol className={classes.funnel}>
      {steps.map(({ key, count, to: page, search }, i) => {
        const before = steps[i - 1]?.count ?? 0;
        const part = before && count ? Math.round(before / count) : 0;
        return (
          <li key={key}>
            <Link to={page} search={search}>
              <span className={classes.name}>{t(`wall.step.${key}`)}</span>
              <strong title={formatCount(count ?? 0)}>
                {count === null ? t("wall.unknown") : formatHeadline(count, currentLanguage())}
              </strong>
              <span className={classes.small}>{part > 1 ? t("wall.oneIn", { text: formatCount(part) }) : " "}</span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
