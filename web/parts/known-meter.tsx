import { useTranslation } from "react-i18next";
import type { Question } from "../api/incidents.ts";
import classes from "./known-meter.module.css";

const ORDER: readonly Question[] = ["when", "who", "whereFrom", "withWhat", "what", "didWhat"];

/** The six questions as six lamps: lit when something answers them. The words say the same. */
export function KnownMeter({ known }: { readonly known: readonly Question[] }) {
  const { t } = useTranslation(["incident", "monitor"]);
  return (
    <div className={classes.meter}>
      <p className={classes.sum}>{t("incident:story.known", { known: known.length, all: ORDER.length })}</p>
      <ul className={classes.lamps}>
        {ORDER.map((question) => {
          const isKnown = known.includes(question);
          return (
            <li key={question} data-known={isKnown || undefined}>
              {t(`monitor:six.${question}`)}
              {isKnown ? null : <span className={classes.word}> {t("monitor:six.unknown")}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
