import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Clock, DutyCase } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Countdown, DueText } from "../../../parts/deadline.tsx";
import { DraftDialog } from "./draft-dialog.tsx";
import classes from "./duties.module.css";
import { ClockFiles } from "./files.tsx";

type Props = { readonly clock: Clock; readonly duties: DutyCase };

/** One thing to tell one recipient: by when, what was prepared for it, what was sent. */
export function ClockCard({ clock, duties }: Props) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  const [isDrafting, setDrafting] = useState(false);
  return (
    <li className={classes.card} data-state={clock.state}>
      <div className={classes.row}>
        <h3 className={classes.cardTitle}>
          {clock.entryName[language]} – {clock.stageName[language]}
        </h3>
        <span className={classes.state}>{t(`state.${clock.state}`)}</span>
        {clock.applies === "unknown" && clock.state !== "not-in-force" ? (
          <span className={classes.state}>{t("applies.unknown")}</span>
        ) : null}
      </div>
      <Time clock={clock} />
      <p className={classes.small}>{clock.basis}</p>
      <div className={classes.row}>
        <Button size="xs" variant="default" onClick={() => setDrafting(true)}>
          {t("draft.open")}
        </Button>
      </div>
      <ClockFiles clock={clock} duties={duties} />
      {isDrafting ? <DraftDialog clock={clock} duties={duties} onClose={() => setDrafting(false)} /> : null}
    </li>
  );
}

/** Before anything was declared there is no deadline yet: it says so, with the deadline it would have. */
function Time({ clock }: { readonly clock: Clock }) {
  const { t } = useTranslation("duties");
  const { startsAt, dueAt, lastDay, zone, state } = clock;
  const due = dueAt ? <DueText dueAt={dueAt} lastDay={lastDay} zone={zone} /> : null;
  if (state === "not-in-force") return <p>{t("time.notInForce")}</p>;
  if (state === "not-started")
    return (
      <div>
        <p>{t("time.notStarted")}</p>
        <p className={classes.small}>
          {due ? (
            <>
              {t("time.would")} {due}
            </>
          ) : (
            t("time.noNumber")
          )}
        </p>
      </div>
    );
  if (!dueAt || !startsAt) return <p>{t("time.noNumber")}</p>;
  return (
    <div className={classes.row}>
      {state === "running" || state === "overdue" ? <Countdown startsAt={startsAt} dueAt={dueAt} /> : null}
      <span>
        {state === "waiting" ? t("time.latest") : t("time.due")} {due}
      </span>
      {clock.movedFrom ? (
        <span className={classes.small}>{t("time.moved", { day: clock.movedFrom.replaceAll("-", "/") })}</span>
      ) : null}
      {clock.targetAt && clock.targetAt !== clock.dueAt ? (
        <span className={classes.small}>
          {t("time.target")} <DueText dueAt={clock.targetAt} lastDay={clock.targetLastDay} zone={zone} />
        </span>
      ) : null}
      {clock.warned.length > 0 ? (
        <span className={classes.small}>
          {t("time.warned", { percents: clock.warned.map((one) => `${one} %`).join(", ") })}
        </span>
      ) : null}
    </div>
  );
}
