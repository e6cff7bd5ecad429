import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncidentFormation } from "../../../api/formation.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./incident.module.css";

type RelationsProps = {
  readonly incident: IncidentDetail;
  readonly relations: IncidentFormation["relations"];
  readonly mayWrite: boolean;
};

/** How it hangs together with other incidents: what it continues, what became of it. */
export function Relations({ relations }: RelationsProps) {
  const { t } = useTranslation("formation");
  if (relations.length === 0) return null;
  return (
    <Section title={t("relations.title")}>
      <ul className={classes.plain}>
        {relations.map(({ id, kind, isFrom, other, at, by, byKind, reason, undoneAt }) => (
          <li key={id}>
            {t(`relations.${kind}.${isFrom ? "from" : "to"}`)}{" "}
            <Link to="/incidents/$id" params={{ id: keyOf(other) }}>
              {keyOf(other)} {other.title}
            </Link>{" "}
            <span className={classes.small}>
              <Instant at={at} /> · {byKind === "system" ? t("relations.bySystem") : by}
              {byKind === "system" ? "" : ` · ${reason}`}
              {undoneAt === null ? "" : ` · ${t("relations.undone")}`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
