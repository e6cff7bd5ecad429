import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "../../../api/alerts.ts";
import { entityName } from "../../../parts/entity-name.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { formatCount } from "../../../ui/figures.ts";
import { ArrowRightIcon } from "../../../ui/icons.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./alert-panel.module.css";

export function Related({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const titleOf = useRuleTitle();
  return (
    <>
      {alert.sameEntity.length > 0 ? (
        <section className={classes.section}>
          <h3>{t("alerts:panel.sameEntity", { entity: entityName(alert) })}</h3>
          <ul className={classes.plain}>
            {alert.sameEntity.map((other) => (
              <li key={other.id}>
                <Severity level={other.severity} isQuiet />{" "}
                <Link to="/alerts" search={(now) => ({ ...now, alert: other.id })}>
                  {titleOf({ id: other.ruleId, title: other.ruleTitle })}
                </Link>{" "}
                <span className={classes.small}>
                  ×{formatCount(other.count)} · {t(`monitor:status.${other.status}`)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {alert.former.length > 0 ? (
        <section className={classes.section}>
          <h3>{t("alerts:panel.former")}</h3>
          <ul className={classes.plain}>
            {alert.former.map((former) => (
              <li key={former.id}>
                <ArrowRightIcon size={13} aria-hidden />{" "}
                <Link to="/alerts" search={(now) => ({ ...now, alert: former.id })}>
                  {former.disposition ? t(`monitor:disposition.${former.disposition}`) : t("monitor:status.closed")}
                </Link>{" "}
                {former.reason}{" "}
                <span className={classes.small}>
                  <Instant at={former.lastAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
