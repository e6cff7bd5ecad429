import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { KnownMeter } from "../../../parts/known-meter.tsx";
import { Severity } from "../../../parts/severity.tsx";
import { SixSentence } from "../../../parts/six-sentence.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./incident.module.css";

const SHOWN = 40;

/** What happened, oldest first: one sentence per alert, each a way to its event. */
export function Story({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation(["incident", "shell"]);
  const [isWhole, setWhole] = useState(false);
  const { story, hiddenAlerts } = incident;
  const steps = isWhole ? story.steps : story.steps.slice(0, SHOWN);
  return (
    <>
      {hiddenAlerts > 0 ? (
        <p className={classes.caution}>{t("incident:page.hidden", { count: hiddenAlerts })}</p>
      ) : null}
      <KnownMeter known={story.known} />
      <ol className={classes.story}>
        {steps.map((step) => (
          <li key={step.alertId} className={classes.told} data-level={step.severity}>
            <p className={classes.toldWhen}>
              <Instant at={step.time} />
              <Severity level={step.severity} isQuiet />
              <span className={classes.small}>{t("incident:story.stepKnown", { known: step.known })}</span>
            </p>
            <p className={classes.sentence}>
              <SixSentence six={step.six} />
            </p>
            <p className={classes.toldLinks}>
              <span className={classes.small}>{step.ruleTitle}</span>
              <Link to="/search" search={{ event: step.eventId, at: step.time }}>
                {t("incident:story.event")}
              </Link>
              <Link to="/alerts" search={{ alert: step.alertId, status: "open,in-progress,closed" }}>
                {t("incident:story.alert")}
              </Link>
            </p>
          </li>
        ))}
      </ol>
      {story.steps.length > steps.length ? (
        <Button size="xs" variant="default" onClick={() => setWhole(true)} style={{ justifySelf: "start" }}>
          {t("shell:action.showMore", { count: story.steps.length - steps.length })}
        </Button>
      ) : null}
    </>
  );
}
