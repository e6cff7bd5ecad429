import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MEASURES, type ResponseTimes, responseTimesQuery } from "../../api/crisis.ts";
import { meQuery } from "../../api/session.ts";
import { formatDuration } from "../respond/crisis/duration.ts";
import { NotYours } from "./not-yours.tsx";
import classes from "./wall.module.css";

const MONTHS = 6;
const SHOWN = MEASURES.filter((name) => name !== "detect");

/** Medians of six months, and month by month as bars. The same question that the page of response times asks. */
export function Times() {
  const { t } = useTranslation("live");
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("incident:read") === true;
  const range = useMemo(sixMonths, []);
  const { data } = useQuery({ ...responseTimesQuery(range), enabled: mayRead, refetchInterval: 300_000 });
  if (me && !mayRead) return <NotYours />;
  if (!data) return null;
  if (data.incidents === 0) return <p className={classes.none}>{t("wall.noTimes")}</p>;
  return (
    <ul className={classes.times}>
      {SHOWN.map((name) => (
        <Measure key={name} name={name} data={data} />
      ))}
    </ul>
  );
}

function sixMonths(): { from: string; to: string } {
  const now = new Date();
  const to = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return {
    from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS + 1, 1)).toISOString(),
    to: new Date(to).toISOString(),
  };
}

function Measure({ name, data }: { readonly name: (typeof SHOWN)[number]; readonly data: ResponseTimes }) {
  const { t: words } = useTranslation("crisis");
  const { t } = useTranslation("live");
  const most = Math.max(1, ...data.months.map((month) => month[name].medianMs ?? 0));
  const label = data.months.map((month) => `${month.month} ${formatDuration(month[name].medianMs, words)}`).join(", ");
  return (
    <li>
      <span className={classes.name}>{t(`wall.measure.${name}`)}</span>
      <strong>{formatDuration(data.total[name].medianMs, words)}</strong>
      <svg
        viewBox={`0 0 ${MONTHS * 10} 20`}
        role="img"
        aria-label={t("wall.trendLabel", { text: label })}
        preserveAspectRatio="none"
      >
        {data.months.map((month, i) => {
          const height = ((month[name].medianMs ?? 0) / most) * 20;
          return <rect key={month.month} x={i * 10 + 1} y={20 - height} width={8} height={height} />;
        })}
      </svg>
    </li>
  );
}
