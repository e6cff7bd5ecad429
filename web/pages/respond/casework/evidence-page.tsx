import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { evidenceQuery } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { Empty } from "../../../ui/empty.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import classes from "./casework.module.css";
import { EvidenceCard } from "./evidence-card.tsx";
import { Uploads } from "./uploads.tsx";

export function EvidencePage() {
  return (
    <IncidentFrame>{(incident, mayWrite) => <EvidenceList incident={incident} mayWrite={mayWrite} />}</IncidentFrame>
  );
}

type ListProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

function EvidenceList({ incident, mayWrite }: ListProps) {
  const { t } = useTranslation("casework");
  const id = keyOf(incident);
  const { data, error, refetch } = useQuery(evidenceQuery(id));
  return (
    <>
      <p className={classes.small}>
        {t("evidence.lead")} {t("evidence.deleteOpen")}
      </p>
      {mayWrite ? <Uploads id={id} /> : null}
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={4} /> : null}
      {data?.items.length === 0 ? <Empty title={t("evidence.none")}>{t("evidence.noneHint")}</Empty> : null}
      <ul className={classes.list}>
        {data?.items.map((evidence) => (
          <li key={evidence.id}>
            <EvidenceCard incident={incident} evidence={evidence} mayWrite={mayWrite} />
          </li>
        ))}
      </ul>
    </>
  );
}
