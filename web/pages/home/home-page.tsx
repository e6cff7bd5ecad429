import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { funnelQuery } from "../../api/search.ts";
import { useUnit } from "../../app/shell/use-unit.ts";
import { DutySlot } from "../../parts/duty-slot.tsx";
import { FunnelPicture, FunnelTable } from "../../parts/funnel-picture.tsx";
import { AfterPage } from "../../ui/after-page.tsx";
import { Figure } from "../../ui/figure.tsx";
import { Page } from "../../ui/page.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { Segments } from "../../ui/segments.tsx";
import { RowsSkeleton } from "../../ui/skeletons.tsx";
import { Attention } from "./attention.tsx";
import classes from "./home-page.module.css";
import { RecentAlerts } from "./recent-alerts.tsx";
import { useAttention } from "./use-attention.ts";

/** Most days it says nothing: the page does not wait for it. */
const FirstSteps = lazy(() => import("./first-steps.tsx").then(({ FirstSteps }) => ({ default: FirstSteps })));

const RANGES = ["now-24h", "now-7d", "now-30d"] as const;

export function HomePage() {
  const { t } = useTranslation("home");
  const [from, setFrom] = useState<(typeof RANGES)[number]>("now-24h");
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
      <DutySlot part="DutyWarning" />
      <Suspense>{hasEvents || funnel.isLoading ? null : <FirstSteps facts={facts} hasEvents={false} />}</Suspense>
      {facts.can("event:read") ? (
        <Figure
          title={t("funnel.title")}
          aside={
            <Segments
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
      <AfterPage>{hasEvents ? <FirstSteps facts={facts} hasEvents /> : null}</AfterPage>
    </Page>
  );
}
