import { useTranslation } from "react-i18next";
import type { RuleDetail, RuleRow } from "../../../api/rules.ts";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { Section } from "../../../ui/page.tsx";
import classes from "./cost.module.css";

type Cost = NonNullable<RuleRow["cost"]>;

/** Two figures that count, and no false precision where a rule costs next to nothing. */
export function microseconds(value: number): string {
  if (value === 0) return "0";
  if (value < 0.01) return "<0.01";
  return value.toLocaleString("en", { maximumFractionDigits: value < 1 ? 2 : value < 10 ? 1 : 0 });
}

const percent = (share: number): string => {
  const value = share * 100;
  return value === 0 ? "0%" : value < 0.1 ? "<0.1%" : `${value.toFixed(value < 10 ? 1 : 0)}%`;
};

/** Microseconds per event; "–" where nothing was measured. */
export function CostCell({ cost }: { readonly cost: RuleRow["cost"] }) {
  const { t } = useTranslation("rules");
  if (cost === null) return "–";
  return (
    <>
      {t("cost.value", { us: microseconds(cost.microsecondsPerEvent) })}
      {cost.triedShare > 0 ? (
        <span className={page.minor}>{t("cost.tried", { share: percent(cost.triedShare) })}</span>
      ) : null}
    </>
  );
}

/** What the rule costs, how much of what it may cost that is, and what the figure rests on. */
export function CostSection({ rule: { cost, costBudget, isEnabled, isCorrelation } }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const none = isCorrelation ? "correlation" : !isEnabled ? "off" : costBudget === null ? "unmeasured" : "notYet";
  return (
    <Section title={t("cost.title")}>
      {cost === null ? (
        <p className={classes.small}>{t(`cost.${none}`)}</p>
      ) : (
        <Measured cost={cost} budget={costBudget} />
      )}
    </Section>
  );
}

function Measured({ cost, budget }: { readonly cost: Cost; readonly budget: number | null }) {
  const { t } = useTranslation("rules");
  const { microsecondsPerEvent, triedShare, events } = cost;
  const share = budget === null ? 0 : microsecondsPerEvent / budget;
  return (
    <>
      <p className={classes.figure}>
        <strong>{t("cost.value", { us: microseconds(microsecondsPerEvent) })}</strong> {t("cost.perEvent")}
      </p>
      {budget === null ? null : (
        <>
          <div className={classes.bar} aria-hidden="true">
            <span data-near={share > 0.5 || undefined} style={{ width: `${Math.min(100, share * 100)}%` }} />
          </div>
          <p className={classes.small}>{t("cost.budget", { share: percent(share), budget: formatCount(budget) })}</p>
        </>
      )}
      <p className={classes.small}>
        {t("cost.meaning", { count: events, text: formatCount(events), share: percent(triedShare) })}
      </p>
    </>
  );
}
