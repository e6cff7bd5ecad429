import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AlertMatrix, MisratedRule } from "../../../api/alerts.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./matrix.module.css";
import { percent } from "./points.ts";

/** Rules whose analysts keep saying something else, with how sure that is. */
export function MisratedRules({ matrix: { underrated, overrated } }: { readonly matrix: AlertMatrix }) {
  const { t } = useTranslation("alerts");
  return (
    <div>
      <List title={t("severityMatrix.under")} none={t("severityMatrix.noUnder")} rules={underrated} />
      <List title={t("severityMatrix.over")} none={t("severityMatrix.noOver")} rules={overrated} />
      <p className={classes.small}>{t("severityMatrix.method")}</p>
    </div>
  );
}

type ListProps = { readonly title: string; readonly none: string; readonly rules: readonly MisratedRule[] };

function List({ title, none, rules }: ListProps) {
  const { t } = useTranslation("alerts");
  const titleOf = useRuleTitle();
  return (
    <section className={classes.rules} aria-label={title}>
      <h2>{title}</h2>
      {rules.length === 0 ? <p className={classes.small}>{none}</p> : null}
      {rules.length > 0 ? (
        <table className={classes.list}>
          <thead>
            <tr>
              <th scope="col">{t("severityMatrix.rule")}</th>
              <th scope="col">{t("severityMatrix.said")}</th>
              <th scope="col">{t("severityMatrix.usual")}</th>
              <th scope="col">{t("severityMatrix.acts")}</th>
              <th scope="col">{t("severityMatrix.share")}</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.id}>
                <td>
                  <Link to="/rules/$id" params={{ id: rule.id }}>
                    {titleOf(rule)}
                  </Link>
                  <span className={classes.small}>
                    {t("severityMatrix.alerts")}: {formatCount(rule.alerts)}
                  </span>
                </td>
                <td>
                  <Severity level={rule.level} isQuiet />
                </td>
                <td>
                  <Severity level={rule.usual} isQuiet />
                </td>
                <td>{[rule.above, rule.same, rule.below].map(formatCount).join(" / ")}</td>
                <td>
                  {percent(rule.share.share)} ({percent(rule.share.low)}–{percent(rule.share.high)})
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
