import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Crisis, DeclarationKind, PhaseState } from "../../../api/crisis.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./crisis.module.css";
import { DeclareDialog } from "./declare-dialog.tsx";

type PhasesProps = { readonly id: string; readonly crisis: Crisis; readonly mayWrite: boolean };
type Asked = { readonly phase: PhaseState; readonly kind: DeclarationKind };

/** The ten phases in their order: which stand, who declared them, and which may come next. */
export function Phases({ id, crisis, mayWrite }: PhasesProps) {
  const { t } = useTranslation("crisis");
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      <p className={classes.small}>{t("phases.lead")}</p>
      <ol className={classes.phases}>
        {crisis.phases.map((phase, i) => (
          <li
            key={phase.phase}
            className={classes.phase}
            data-standing={phase.standing !== null || undefined}
            aria-current={phase.phase === crisis.phase ? "step" : undefined}
          >
            <span className={classes.period}>{t(`period.${phase.period}`)}</span>
            <strong className={classes.phaseName}>
              {i + 1}. {t(`phase.${phase.phase}`)}
            </strong>
            {phase.standing ? (
              <span className={classes.small}>
                <Instant at={phase.standing.at} />
                <br />
                {phase.standing.actor.name}
              </span>
            ) : (
              <span className={classes.small}>{t(phase.isOpen ? "phases.open" : "phases.notYet")}</span>
            )}
            {mayWrite ? <PhaseButtons phase={phase} onAsk={(kind) => setAsked({ phase, kind })} /> : null}
          </li>
        ))}
      </ol>
      {asked ? (
        <DeclareDialog
          key={`${asked.phase.phase} ${asked.kind}`}
          id={id}
          crisis={crisis}
          phase={asked.phase}
          kind={asked.kind}
          onClose={() => setAsked(undefined)}
        />
      ) : null}
    </>
  );
}

type ButtonsProps = { readonly phase: PhaseState; readonly onAsk: (kind: DeclarationKind) => void };

function PhaseButtons({ phase, onAsk }: ButtonsProps) {
  const { t } = useTranslation("crisis");
  const name = t(`phase.${phase.phase}`);
  if (!phase.standing)
    return phase.isOpen ? (
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => onAsk("declared")}
        aria-label={t("declare.of", { name })}
      >
        {t("declare.short")}
      </Button>
    ) : null;
  return (
    <span className={classes.buttons}>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => onAsk("corrected")}
        aria-label={t("correct.of", { name })}
      >
        {t("correct.short")}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => onAsk("returned")}
        aria-label={t("return.of", { name })}
      >
        {t("return.short")}
      </Button>
    </span>
  );
}
