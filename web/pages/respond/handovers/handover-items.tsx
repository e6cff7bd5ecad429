import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HandoverItem } from "../../../api/casework.ts";
import { keyOf } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import classes from "../casework/casework.module.css";

type ItemsProps = { readonly items: readonly HandoverItem[]; readonly hidden: number; readonly more: number };

/** The open incidents of a shift with their tasks. */
export function HandoverItems({ items, hidden, more }: ItemsProps) {
  const { t } = useTranslation(["casework", "crisis"]);
  const { nameOf } = useUnit();
  return (
    <>
      {items.length === 0 ? (
        <p className={classes.small}>{t("casework:shift.nothingOpen")}</p>
      ) : (
        <table className={classes.chain} aria-label={t("casework:shift.open")}>
          <thead>
            <tr>
              <th scope="col">{t("casework:column.incident")}</th>
              <th scope="col">{t("casework:column.unit")}</th>
              <th scope="col">{t("casework:column.phase")}</th>
              <th scope="col">{t("casework:column.openTasks")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.incidentId}>
                <th scope="row">
                  <Severity level={item.severity} isQuiet />{" "}
                  <Link to="/incidents/$id" params={{ id: keyOf(item) }}>
                    {keyOf(item)} {incidentTitle(item)}
                  </Link>
                </th>
                <td>{nameOf(item.unitId)}</td>
                <td>{item.phase ? t(`crisis:phase.${item.phase}`, { defaultValue: item.phase }) : "–"}</td>
                <td>
                  {item.openTasks}
                  {item.overdueTasks > 0 ? (
                    <span className={classes.late}> {t("casework:shift.overdue", { count: item.overdueTasks })}</span>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hidden + more > 0 ? (
        <p className={classes.small}>{t("casework:shift.hidden", { count: hidden + more })}</p>
      ) : null}
    </>
  );
}
