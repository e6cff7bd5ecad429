import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Wall } from "../../api/dashboards.ts";
import { Severity } from "../../parts/severity.tsx";
import { formatCount } from "../../ui/figures.ts";
import { NotYours } from "./not-yours.tsx";
import { useUnitName } from "./unowned.tsx";
import classes from "./wall.module.css";

const SHOWN = 3;

/** Where the incidents that are under way stand in the course of a crisis. */
export function Phases({ incidents }: { readonly incidents: Wall["incidents"] }) {
  const { t: words } = useTranslation("crisis");
  const { t } = useTranslation("live");
  const nameOf = useUnitName();
  if (!incidents) return <NotYours />;
  if (incidents.phasesTotal === 0) return <p className={classes.none}>{t("wall.noPhases")}</p>;
  const more = incidents.phasesTotal - SHOWN;
  return (
    <ul className={classes.lines}>
      {incidents.phases.slice(0, SHOWN).map(({ number, severity, unitId, phase }) => (
        <li key={number}>
          <Severity level={severity} isQuiet />
          <Link to="/incidents/$id/crisis" params={{ id: `INC-${number}` }}>
            INC-{number}
          </Link>
          <span className={classes.grow}>{nameOf(unitId)}</span>
          <strong>{words(`phase.${phase}`)}</strong>
        </li>
      ))}
      {more > 0 ? <li className={classes.small}>{t("wall.more", { count: more, text: formatCount(more) })}</li> : null}
    </ul>
  );
}
