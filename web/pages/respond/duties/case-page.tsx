import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type DutyCase, dutyCaseQuery } from "../../../api/duties.ts";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { DutyBanner } from "../../../parts/duty-banner.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import { ClockCard } from "./clock-card.tsx";
import classes from "./duties.module.css";
import { CaseEntries } from "./entries-panel.tsx";
import { FactsPanel } from "./facts-panel.tsx";
import { CaseHistory } from "./history-panel.tsx";
import { KnownPanel } from "./known-panel.tsx";
import { PendingPanel } from "./pending-panel.tsx";

export function DutyCasePage() {
  return <IncidentFrame>{(incident) => <Case incident={incident} />}</IncidentFrame>;
}

function Case({ incident }: { readonly incident: IncidentDetail }) {
  const { data, error, refetch } = useQuery(dutyCaseQuery(incident.id));
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={10} />;
  return <CaseBody duties={data} />;
}

function CaseBody({ duties }: { readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  const quiet = duties.clocks.filter(({ state }) => state === "does-not-apply" || state === "not-in-force");
  const asked = duties.clocks.filter((clock) => !quiet.includes(clock));
  return (
    <>
      <DutyBanner incidentId={duties.incidentId} />
      <PendingPanel duties={duties} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Section title={t("case.clocks")}>
            {duties.clocks.length === 0 ? (
              <Empty
                title={t("case.noneTitle")}
                actions={<LinkButton to="/duties/register">{t("toRegister")}</LinkButton>}
              >
                {t("case.noneHint")}
              </Empty>
            ) : null}
            <ul className={classes.plain}>
              {asked.map((clock) => (
                <ClockCard key={clock.clock} clock={clock} duties={duties} />
              ))}
            </ul>
            {quiet.length > 0 ? (
              <details>
                <summary>{t("case.quiet", { count: quiet.length })}</summary>
                <ul className={classes.plain}>
                  {quiet.map((clock) => (
                    <ClockCard key={clock.clock} clock={clock} duties={duties} />
                  ))}
                </ul>
              </details>
            ) : null}
          </Section>
        </div>
        <div className={classes.stack}>
          <KnownPanel duties={duties} />
          <FactsPanel duties={duties} />
          <CaseEntries duties={duties} />
          <CaseHistory duties={duties} />
        </div>
      </div>
    </>
  );
}
