import { useTranslation } from "react-i18next";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { useAlertsOfStep } from "../story/alerts-of-step.ts";
import { StoryDigest } from "../story/digest.tsx";
import { KillChainStrip, StepNote } from "../story/strip.tsx";
import { AlertsTable } from "./alerts-table.tsx";
import { IncidentControls } from "./controls.tsx";
import { EntityList } from "./entity-list.tsx";
import { History } from "./history.tsx";
import classes from "./incident.module.css";
import { IncidentFrame } from "./incident-frame.tsx";
import { Story } from "./story.tsx";
import { TacticStrip } from "./tactic-strip.tsx";

export function IncidentPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Overview incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

function Overview({ incident, mayWrite }: { readonly incident: IncidentDetail; readonly mayWrite: boolean }) {
  const { t } = useTranslation("incident");
  const { step, shown } = useAlertsOfStep(incident);
  const { detections } = incident.facts;
  const alerts = incident.alerts.length;
  return (
    <>
      <IncidentControls incident={incident} mayWrite={mayWrite} />
      <StoryDigest incident={incident} />
      <KillChainStrip incident={incident} {...(step && { chosen: step })} />
      <TacticStrip tactics={incident.facts.tactics} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Section
            title={t("story.title")}
            aside={t("story.lead", {
              detections: t("story.detections", { count: detections, text: formatCount(detections) }),
              alerts: t("alerts", { count: alerts, text: formatCount(alerts) }),
            })}
          >
            <Story incident={incident} />
          </Section>
          <span id="alerts" />
          <Section title={t("page.alerts")} aside={formatCount(incident.alertCount)}>
            {step ? <StepNote incident={incident} step={step} /> : null}
            <AlertsTable incident={shown} mayWrite={mayWrite} />
          </Section>
        </div>
        <div className={classes.stack}>
          <Section title={t("page.summary")}>
            <p className={incident.summary === "" ? classes.small : classes.prose}>
              {incident.summary || t("page.noSummary")}
            </p>
          </Section>
          <Section title={t("page.entities")}>
            <EntityList entities={incident.facts.entities} />
          </Section>
          <Section title={t("page.history")}>
            <History incident={incident} mayWrite={mayWrite} />
          </Section>
        </div>
      </div>
    </>
  );
}
