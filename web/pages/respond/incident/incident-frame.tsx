import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, incidentQuery, keyOf } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { Aspects } from "./aspects.tsx";
import { EditButton } from "./controls.tsx";
import classes from "./incident.module.css";
import { IncidentRange, rangeOf } from "./incident-range.ts";
import { useClosingReason } from "./said.ts";
import { useMayWrite } from "./use-incident.ts";

const ClocksElsewhere = lazy(() =>
  import("../../../parts/running-clocks.tsx").then(({ ClocksElsewhere }) => ({ default: ClocksElsewhere })),
);

type FrameProps = { readonly children: (incident: IncidentDetail, mayWrite: boolean) => ReactNode };

/** What every page of an incident begins with: which one it is, and the way to its other pages. */
export function IncidentFrame({ children }: FrameProps) {
  const { t } = useTranslation("incident");
  const { id = "" } = useParams({ strict: false });
  const { data: incident, error, refetch } = useQuery(incidentQuery(id));
  if (!incident)
    return (
      <Page title={t("title")}>
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <RowsSkeleton rows={12} />}
      </Page>
    );
  return (
    <Framed key={incident.id} incident={incident}>
      {children}
    </Framed>
  );
}

function Framed({ incident, children }: FrameProps & { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("incident");
  const mayWrite = useMayWrite(incident.unitId);
  const key = keyOf(incident);
  const { id = key } = useParams({ strict: false });
  return (
    <Page
      title={
        <>
          <span className={classes.key}>{key}</span> <bdi>{incidentTitle(incident)}</bdi>
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
      <Aspects id={id} />
      <Suspense>
        <ClocksElsewhere incidentId={incident.id} />
      </Suspense>
      <IncidentRange value={rangeOf(incident.facts)}>{children(incident, mayWrite)}</IncidentRange>
    </Page>
  );
}

function Lead({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("incident");
  const { nameOf } = useUnit();
  const told = useClosingReason();
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
      {incident.closingReason ? <span>{t("page.closedBecause", { reason: told(incident.closingReason) })}</span> : null}
    </span>
  );
}
