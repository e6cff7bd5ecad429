import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./triage.module.css";
import type { Conflicts } from "./use-conflicts.ts";

/** Alerts that a change or an undo left as they were, and who was faster. */
export function ConflictsDialog({
  conflicts,
  onClose,
}: {
  readonly conflicts: Conflicts;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const titleOf = useRuleTitle();
  const { count, alerts } = conflicts;
  return (
    <Dialog title={t("alerts:conflicts.title")} onClose={onClose} size={720}>
      <p>{t("alerts:conflicts.lead", { count, text: formatCount(count) })}</p>
      {count > alerts.length ? (
        <p className={classes.small}>{t("alerts:conflicts.more", { text: formatCount(alerts.length) })}</p>
      ) : null}
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("alerts:conflicts.alert")}</th>
            <th scope="col">{t("alerts:conflicts.now")}</th>
            <th scope="col">{t("alerts:conflicts.by")}</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={alert.id}>
              <td>
                <Link to="/alerts" search={(now) => ({ ...now, alert: alert.id })} onClick={onClose}>
                  {titleOf({ id: alert.ruleId, title: alert.ruleTitle })}
                </Link>
                <span className={classes.small}>{alert.entity}</span>
              </td>
              <td>{t(`monitor:status.${alert.status}`)}</td>
              <td>
                {alert.changed ? (
                  <>
                    {alert.changed.by.name} <Instant at={alert.changed.at} />
                  </>
                ) : (
                  t("alerts:conflicts.twin")
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
