import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { listAlerts } from "../../api/alerts.ts";
import { useUnit } from "../../app/shell/use-unit.ts";
import { Severity } from "../../parts/severity.tsx";
import { SixSentence } from "../../parts/six-sentence.tsx";
import { useRuleTitle } from "../../parts/use-rule-title.ts";
import { formatAgo } from "../../ui/ago.ts";
import { Empty } from "../../ui/empty.tsx";
import { formatCount } from "../../ui/figures.ts";
import { Section } from "../../ui/page.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../ui/skeletons.tsx";
import classes from "./home-page.module.css";

export function RecentAlerts() {
  const { t, i18n } = useTranslation("home");
  const { unit } = useUnit();
  const titleOf = useRuleTitle();
  const { data, error, refetch } = useQuery({
    queryKey: ["alerts", "recent", unit],
    queryFn: ({ signal }) =>
      listAlerts({ status: "open,in-progress", sort: "last-seen", limit: 6, under: unit }, signal),
    refetchInterval: 30_000,
  });
  return (
    <Section title={t("recent.title")} aside={<Link to="/alerts">{t("recent.all")}</Link>}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <Empty title={t("recent.empty")}>{t("recent.emptyHint")}</Empty> : null}
      <ul className={classes.list}>
        {data?.items.map((alert) => (
          <li key={alert.id} className={classes.alert}>
            <Severity level={alert.severity} />
            <Link to="/alerts" search={{ alert: alert.id }} className={classes.alertTitle}>
              {titleOf(alert.rule)}
            </Link>
            <span className={classes.alertMeta}>
              {t("recent.times", { count: alert.count, text: formatCount(alert.count) })} ·{" "}
              {formatAgo(alert.lastAt, i18n.language)}
            </span>
            <p className={classes.alertSentence}>
              <SixSentence six={alert.sample.six} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
