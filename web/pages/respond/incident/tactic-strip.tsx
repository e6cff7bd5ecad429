import { useTranslation } from "react-i18next";
import { type IncidentDetail, TACTIC_ORDER } from "../../../api/incidents.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./incident.module.css";

/** Older rules say `defense-evasion`, newer ones the two that it became: only what was seen of the three is shown. */
const SPLIT: readonly string[] = ["defense-evasion", "stealth", "defense-impairment"];

/** How far the attack went, in ATT&CK's order: the tactics that were seen, between those that were not. */
export function TacticStrip({ tactics }: { readonly tactics: IncidentDetail["facts"]["tactics"] }) {
  const { t } = useTranslation(["incident", "monitor"]);
  const seen = new Map(tactics.map(({ tactic, alerts }) => [tactic, alerts]));
  const known: readonly string[] = TACTIC_ORDER.filter((tactic) => !SPLIT.includes(tactic) || seen.has(tactic));
  const others = tactics.map(({ tactic }) => tactic).filter((tactic) => !known.includes(tactic));
  if (tactics.length === 0) return null;
  return (
    <ol className={classes.tactics} aria-label={t("incident:page.tactics")}>
      {[...known, ...others].map((tactic) => {
        const alerts = seen.get(tactic) ?? 0;
        return (
          <li key={tactic} data-seen={alerts > 0 || undefined}>
            <span>{t(`monitor:tactic.${tactic}`, { defaultValue: tactic })}</span>
            {alerts > 0 ? (
              <strong title={t("incident:alerts", { count: alerts, text: formatCount(alerts) })}>
                {formatCount(alerts)}
              </strong>
            ) : (
              <span className={classes.unseen}>{t("incident:page.notSeen")}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
