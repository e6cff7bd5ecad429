import { useTranslation } from "react-i18next";
import type { RuleRow } from "../../../api/rules.ts";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";

type Precision = NonNullable<RuleRow["precision"]>;
type Translate = (key: string, values: Record<string, unknown>) => string;

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const partsOf = ({ share, low, high, judged }: Precision) => ({
  share: percent(share),
  low: percent(low),
  high: percent(high),
  count: judged,
  text: formatCount(judged),
});

/** "82% (59%–94%) of 17 judged". */
export const precisionText = (precision: Precision, t: Translate): string =>
  t("rules:precision.full", partsOf(precision));

/** How often a rule was right, how sure that is, and what is still to be judged. */
export function PrecisionCell({ rule: { precision, alerts } }: { readonly rule: RuleRow }) {
  const { t } = useTranslation("rules");
  const notes = [
    precision ? t("precision.of", { count: precision.judged, text: formatCount(precision.judged) }) : "",
    alerts.open > 0 ? t("openAlerts", { count: alerts.open }) : "",
  ].filter(Boolean);
  return (
    <>
      {precision ? t("precision.text", partsOf(precision)) : "–"}
      {notes.length > 0 ? <span className={page.minor}>{notes.join(" · ")}</span> : null}
    </>
  );
}
