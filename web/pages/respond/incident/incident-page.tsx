import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, incidentQuery, keyOf } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { AlertsTable } from "./alerts-table.tsx";
import { EditButton, IncidentControls } from "./controls.tsx";
import { EntityList } from "./entity-list.tsx";
import { History } from "./history.tsx";
import classes from "./incident.module.css";
import { Story } from "./story.tsx";
import { TacticStrip } from "./tactic-strip.tsx";
import { useMayWrite } from "./use-incident.ts";

export function IncidentPage() {
  const { t } = useTranslation("incident");
  const { id } = useParams({ from: "/frame/incidents/$id" });
  const { data: incident, error, refetch } = useQuery(incidentQuery(id));
  if (!incident)
    return (
      <Page title={t("title")}>
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <RowsSkeleton rows={12} />}
      </Page>
    );
  return <Incident key={incident.id} incident={incident} />;
}

function Incident({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("incident");
  const mayWrite = useMayWrite(incident.unitId);
  const key = keyOf(incident);
  return (
    <Page
      title={
        <>
          <span className={classes.key}>{key}</span> {incident.title}
        </>
      }
      lead={<Lead incident={incident} />}
      actions={
        <>
          <CopyIconButton text={`${window.location.origin}/incidents/${key}`} label={t("page.copyLink")} />
          {mayWrite ? <EditButton incident={incident} /> : null}
        </>
      }
    >
      <IncidentControls incident={incident} mayWrite={mayWrite} />
      <TacticStrip tactics={incident.facts.tactics} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Section
            title={t("story.title")}
            aside={t("story.lead", {
              detections: formatCount(incident.facts.detections),
              alerts: formatCount(incident.alerts.length),
            })}
          >
            <Story incident={incident} />
          </Section>
          <Section title={t("page.alerts")} aside={formatCount(incident.alertCount)}>
            <AlertsTable incident={incident} mayWrite={mayWrite} />
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
    </Page>
  );
}

function Lead({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("incident");
  const { nameOf } = useUnit();
  return (
    <span className={classes.lead}>
      <span>{nameOf(incident.unitId)}</span>
      <span>
        {t("page.opened")} <Instant at={incident.openedAt} />
      </span>
      <span>
        {t("page.updated")} <Instant at={incident.updatedAt} />
      </span>
      {incident.closedAt ? (
        <span>
          {t("page.closed")} <Instant at={incident.closedAt} />
        </span>
      ) : null}
      {incident.closingReason ? <span>{t("page.closedBecause", { reason: incident.closingReason })}</span> : null}
    </span>
  );
}
