import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { type SeenStep, STEPS, type Step, stripQuery } from "../../../api/story.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./strip.module.css";

const NONE: readonly SeenStep[] = [];

/** How far the attack went: seven steps, each that was seen a way to its alerts. */
export function KillChainStrip({ incident, chosen }: { readonly incident: IncidentDetail; readonly chosen?: Step }) {
  const { t } = useTranslation("story");
  const { data: steps = NONE } = useQuery({
    ...stripQuery(incident.id),
    // Whoever adds or takes out an alert sees the strip follow.
    queryKey: [...stripQuery(incident.id).queryKey, incident.alerts.map(({ id }) => id).join()],
  });
  return (
    <Section title={t("strip.title")} aside={<Link to="/kill-chain">{t("strip.mapping")}</Link>}>
      <ol className={classes.strip} aria-label={t("strip.title")}>
        {STEPS.map((step, index) => {
          const seen = steps.find((one) => one.step === step);
          const name = t(`step.${step}`);
          return (
            <li key={step} data-seen={seen ? true : undefined} data-chosen={step === chosen || undefined}>
              <span className={classes.number} aria-hidden>
                {index + 1}
              </span>
              <strong>{name}</strong>
              <span className={classes.hint}>{t(`stepHint.${step}`)}</span>
              {seen ? (
                <>
                  <Link
                    to="/incidents/$id"
                    params={{ id: keyOf(incident) }}
                    search={{ step }}
                    hash="alerts"
                    aria-label={t("strip.link", { step: name, text: formatCount(seen.alertIds.length) })}
                  >
                    {t("strip.alerts", { text: formatCount(seen.alertIds.length) })}
                  </Link>
                  <span className={classes.hint}>
                    {t("strip.first")}
                    <Instant at={seen.firstAt} />
                  </span>
                </>
              ) : (
                <span className={classes.hint}>{t("strip.none")}</span>
              )}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** A mark has room for two digits; the words beside it tell the number. */
const marked = (count: number): string => (count > 99 ? "99+" : formatCount(count));

/** The same for a row of a list: seven marks, and words for whoever does not see them. */
export function KillChainMarks({ incidentId }: { readonly incidentId: string }) {
  const { t } = useTranslation("story");
  const { data: steps } = useQuery(stripQuery(incidentId));
  if (!steps) return <span className={classes.marks} />;
  const names = steps
    .map(({ step, alertIds }) => t("strip.rowStep", { step: t(`step.${step}`), text: formatCount(alertIds.length) }))
    .join(t("and"));
  const words = steps.length > 0 ? t("strip.row", { steps: names }) : t("strip.noStep");
  return (
    <span className={classes.marks} role="img" aria-label={words} title={words}>
      {STEPS.map((step) => {
        const seen = steps.find((one) => one.step === step);
        return (
          <span key={step} data-seen={seen ? true : undefined} aria-hidden>
            {seen ? marked(seen.alertIds.length) : "·"}
          </span>
        );
      })}
    </span>
  );
}

/** The note above the alerts of one step. */
export function StepNote({ incident, step }: { readonly incident: IncidentDetail; readonly step: Step }) {
  const { t } = useTranslation("story");
  return (
    <p className={classes.note}>
      {t("strip.only", { step: t(`step.${step}`) })}{" "}
      <Link to="/incidents/$id" params={{ id: keyOf(incident) }} hash="alerts">
        {t("strip.all")}
      </Link>
    </p>
  );
}
