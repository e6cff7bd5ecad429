import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type IncidentFormation, undoRelation } from "../../../api/formation.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./incident.module.css";
import { MergeSplit } from "./merge-split.tsx";
import { useMove } from "./use-move.ts";

type RelationsProps = {
  readonly incident: IncidentDetail;
  readonly relations: IncidentFormation["relations"];
  readonly mayWrite: boolean;
};

/** How it hangs together with other incidents: what it continues, what became of it. */
export function Relations({ incident, relations, mayWrite }: RelationsProps) {
  const { t } = useTranslation("formation");
  if (relations.length === 0 && !mayWrite) return null;
  return (
    <Section title={t("relations.title")} aside={mayWrite ? <MergeSplit incident={incident} /> : null}>
      {relations.length === 0 ? <p className={classes.small}>{t("relations.none")}</p> : null}
      <ul className={classes.plain}>
        {relations.map((relation) => (
          <RelationLine key={relation.id} incident={incident} relation={relation} />
        ))}
      </ul>
    </Section>
  );
}

type LineProps = Pick<RelationsProps, "incident"> & { readonly relation: IncidentFormation["relations"][number] };

function RelationLine({ incident, relation }: LineProps) {
  const { t } = useTranslation("formation");
  const undo = useMove(t("relations.undoDone"));
  const { id, kind, isFrom, other, at, by, byKind, reason, undoneAt, mayUndo } = relation;
  return (
    <li>
      {t(`relations.${kind}.${isFrom ? "from" : "to"}`)}{" "}
      <Link to="/incidents/$id" params={{ id: keyOf(other) }}>
        {keyOf(other)} {incidentTitle(other)}
      </Link>{" "}
      <span className={classes.small}>
        <Instant at={at} /> · {byKind === "system" ? t("relations.bySystem") : `${by} · ${reason}`}
        {undoneAt === null ? "" : ` · ${t("relations.undone")}`}
      </span>{" "}
      {mayUndo ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={undo.isPending}
          onClick={() => undo.mutate(() => undoRelation(incident.id, id))}
        >
          {t("relations.undo")}
        </Button>
      ) : null}
    </li>
  );
}
