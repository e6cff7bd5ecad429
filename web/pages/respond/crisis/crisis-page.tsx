import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Crisis, crisisQuery, MEASURES } from "../../../api/crisis.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import classes from "./crisis.module.css";
import { Declarations } from "./declarations.tsx";
import { formatDuration } from "./duration.ts";
import { ImpactFigure } from "./impact-figure.tsx";
import { Phases } from "./phases.tsx";
import { Services } from "./services.tsx";

export function CrisisPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Course incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

function Course({ incident, mayWrite }: { readonly incident: IncidentDetail; readonly mayWrite: boolean }) {
  const { t } = useTranslation("crisis");
  const id = keyOf(incident);
  const { data: crisis, error, refetch } = useQuery(crisisQuery(id));
  if (error && !crisis) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!crisis) return <RowsSkeleton rows={10} />;
  return (
    <>
      <Measured crisis={crisis} />
      <Section title={t("phases.title")}>
        <Phases id={id} crisis={crisis} mayWrite={mayWrite} />
      </Section>
      <ImpactFigure crisis={crisis} />
      <Section title={t("services.title")}>
        <Services id={id} crisis={crisis} mayWrite={mayWrite} />
      </Section>
      <Section title={t("declarations.title")}>
        <Declarations crisis={crisis} />
      </Section>
    </>
  );
}

/** How long it took, by what was declared. */
function Measured({ crisis }: { readonly crisis: Crisis }) {
  const { t } = useTranslation("crisis");
  return (
    <>
      <dl className={classes.tiles}>
        {MEASURES.map((name) => (
          <div key={name} className={classes.tile}>
            <dt>{t(`measure.${name}`)}</dt>
            <dd>
              {formatDuration(crisis.durations[name], t)}
              <small>{t(`measureHint.${name}`)}</small>
            </dd>
          </div>
        ))}
      </dl>
      {crisis.isAfterTheFact ? <p className={classes.note}>{t("afterTheFact")}</p> : null}
      {crisis.returns > 0 ? <p className={classes.note}>{t("returned", { count: crisis.returns })}</p> : null}
    </>
  );
}
