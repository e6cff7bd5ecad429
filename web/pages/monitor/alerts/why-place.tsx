import { useTranslation } from "react-i18next";
import type { AlertDetail } from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import panel from "./alert-panel.module.css";
import { percent, signed } from "./points.ts";
import classes from "./triage.module.css";

/** The points that put the alert where it stands in the queue, one under the other, and their sum. */
export function WhyPlace({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const { priority, precision } = alert;
  if (!priority) return null;
  return (
    <section className={panel.section} aria-label={t("alerts:priority.title")}>
      <h3>{t("alerts:priority.title")}</h3>
      <table className={classes.points}>
        <tbody>
          <tr>
            <th scope="row">{t("alerts:priority.severity", { level: t(`monitor:severity.${alert.severity}`) })}</th>
            <td>{priority.severity}</td>
          </tr>
          <tr>
            <th scope="row">
              {precision
                ? t("alerts:priority.precision", {
                    share: percent(precision.share),
                    low: percent(precision.low),
                    high: percent(precision.high),
                    count: precision.judged,
                    text: formatCount(precision.judged),
                  })
                : t("alerts:priority.noPrecision")}
            </th>
            <td>{signed(priority.precision)}</td>
          </tr>
          <tr>
            <th scope="row">
              {t("alerts:priority.waiting")} <Instant at={alert.createdAt} />
            </th>
            <td>{signed(priority.waiting)}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("alerts:priority.sum")}</th>
            <td>{priority.score}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
