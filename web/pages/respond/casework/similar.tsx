import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { similarQuery } from "../../../api/casework.ts";
import { keyOf } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";

/** Other incidents that touch the same hosts, people or addresses. */
export function Similar({ id }: { readonly id: string }) {
  const { t } = useTranslation(["casework", "incident"]);
  const { nameOf } = useUnit();
  const { data, error, refetch } = useQuery(similarQuery(id));
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={3} />;
  if (data.items.length === 0)
    return <p className={classes.small}>{t("casework:similar.none", { count: data.compared })}</p>;
  return (
    <ul className={classes.list}>
      {data.items.map((incident) => (
        <li key={incident.id}>
          <Link to="/incidents/$id" params={{ id: keyOf(incident) }}>
            {keyOf(incident)} {incidentTitle(incident)}
          </Link>
          <span className={classes.minor}>
            <Severity level={incident.severity} isQuiet /> · {t(`incident:status.${incident.status}`)} ·{" "}
            {nameOf(incident.unitId)} · <Instant at={incident.openedAt} />
          </span>
          <span className={classes.minor}>
            {t("casework:similar.shared", {
              count: incident.sharedCount,
              names: incident.shared.map(({ value }) => value).join(", "),
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}
