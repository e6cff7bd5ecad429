import { useTranslation } from "react-i18next";
import type { Told } from "../../../api/story.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./story.module.css";

/** How much stands behind what is shown, and what does not. */
export function Basis({ basis }: { readonly basis: Told["basis"] }) {
  const { t } = useTranslation("story");
  const { events, isCut, from, hiddenAlerts } = basis;
  const text = formatCount(events);
  return (
    <div className={classes.basis}>
      <p className={classes.small}>{t("told.lead", { count: events, text })}</p>
      {from === "alerts" ? <p className={classes.caution}>{t("told.fromAlerts")}</p> : null}
      {isCut ? <p className={classes.caution}>{t("told.cut", { events: text })}</p> : null}
      {hiddenAlerts > 0 ? <p className={classes.caution}>{t("told.hidden", { count: hiddenAlerts })}</p> : null}
    </div>
  );
}
