import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { alertCountsQuery } from "../../api/alerts.ts";
import { funnelQuery } from "../../api/search.ts";
import { meQuery } from "../../api/session.ts";
import { sourcesQuery } from "../../api/sources.ts";
import { useUnit } from "../../app/shell/use-unit.ts";
import { FunnelPicture, FunnelTable } from "../../parts/funnel-picture.tsx";
import { Figure } from "../../ui/figure.tsx";
import { Page } from "../../ui/page.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../ui/skeletons.tsx";
import { Attention } from "./attention.tsx";
import { FirstSteps } from "./first-steps.tsx";
import classes from "./home-page.module.css";
import { RecentAlerts } from "./recent-alerts.tsx";

const RANGES = ["now-24h", "now-7d", "now-30d"] as const;

/** Which of the things that could need somebody now really do. */
function useAttention() {
  const { data: me } = useQuery(meQuery);
  const { unit } = useUnit();
  const can = (permission: "alert:read" | "source:read" | "event:read") =>
    me?.permissions.includes(permission) === true;
  const counts = useQuery({ ...alertCountsQuery, enabled: can("alert:read") });
  const sources = useQuery({
    ...sourcesQuery({ unit, sort: "parse-failures", order: "desc", limit: 500 }),
    enabled: can("source:read"),
  });
  const open = (counts.data?.cells ?? []).filter(({ status, count }) => status === "open" && count > 0);
  const silent = (sources.data?.items ?? []).filter(({ health }) => health === "silent");
  const failing = (sources.data?.items ?? []).filter(({ figures }) => (figures?.parseFailures ?? 0) > 0);
  return { can, me, counts, sources, open, silent, failing };
}
export type AttentionFacts = ReturnType<typeof useAttention>;

export function HomePage() {
  const { t } = useTranslation("home");
  const [from, setFrom] = useState<string>("now-24h");
  const facts = useAttention();
  const { unit } = useUnit();
  const funnel = useQuery({ ...funnelQuery(from, "now", unit), enabled: facts.can("event:read") });
  const things = facts.open.length + (facts.silent.length > 0 ? 1 : 0) + (facts.failing.length > 0 ? 1 : 0);
  const isFirst = facts.sources.data?.total === 0;
  const hasEvents = (funnel.data?.events ?? 0) > 0;
  const isKnown = !facts.counts.isPending || !facts.sources.isPending;
  const lead = isFirst ? t("leadFirst") : things === 0 ? t("leadCalm") : t("leadAct", { count: things });

  return (
    <Page title={t("title")} lead={isKnown ? lead : " "}>
      {hasEvents ? null : <FirstSteps facts={facts} hasEvents={false} />}
      {facts.can("event:read") ? (
        <Figure
          title={t("funnel.title")}
          aside={
            <SegmentedControl
              size="xs"
              aria-label={t("range.label")}
              value={from}
              onChange={setFrom}
              data={RANGES.map((range) => ({ value: range, label: t(`range.${range}`) }))}
            />
          }
          note={t("funnel.scale")}
          chart={
            funnel.error ? (
              <ProblemNote error={funnel.error} onRetry={() => void funnel.refetch()} />
            ) : funnel.data ? (
              <FunnelPicture funnel={funnel.data} from={from} />
            ) : (
              <RowsSkeleton rows={6} />
            )
          }
          table={funnel.data ? <FunnelTable funnel={funnel.data} from={from} /> : undefined}
        />
      ) : null}
      <div className={classes.columns}>
        {facts.can("alert:read") || facts.can("source:read") ? <Attention facts={facts} /> : null}
        {facts.can("alert:read") ? <RecentAlerts /> : null}
      </div>
      {hasEvents ? <FirstSteps facts={facts} hasEvents /> : null}
    </Page>
  );
}
