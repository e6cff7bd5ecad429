import { Button, Group, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import {
  type Crisis,
  type DeclarationInput,
  type DeclarationKind,
  declarePhase,
  type PhaseState,
} from "../../../api/crisis.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./crisis.module.css";
import { useCrisisChange } from "./use-crisis.ts";

type DeclareProps = {
  readonly id: string;
  readonly crisis: Crisis;
  readonly phase: PhaseState;
  readonly kind: DeclarationKind;
  readonly onClose: () => void;
};

/** Asks for when it was so and, for a return or a correction, why. What was declared meanwhile is shown, not overruled. */
export function DeclareDialog({ id, crisis, phase, kind, onClose }: DeclareProps) {
  const { t } = useTranslation(["crisis", "shell"]);
  const { toField, toInstant } = useMoments();
  // What the person saw when the form was opened: the page behind goes on refreshing.
  const [after, setAfter] = useState(crisis.lastNumber);
  const [at, setAt] = useState(() => toField(kind === "corrected" && phase.standing ? phase.standing.at : Date.now()));
  const [note, setNote] = useState("");
  const name = t(`crisis:phase.${phase.phase}`);
  const declare = useCrisisChange(
    id,
    (input: DeclarationInput) => declarePhase(id, input),
    () => {
      toastDone(t("crisis:declared", { name }));
      onClose();
    },
  );
  const needsReason = kind !== "declared";
  const instant = toInstant(at);
  const isComplete = instant !== null && (!needsReason || note.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (instant !== null && isComplete) declare.mutate({ phase: phase.phase, kind, at: instant, note, after });
  };
  const isOvertaken = crisis.lastNumber > after;
  return (
    <Dialog title={t(`crisis:dialog.${kind}`, { name })} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        {kind === "returned" ? <p className={classes.note}>{t("crisis:return.hint")}</p> : null}
        <MomentField
          label={t("crisis:declare.at")}
          description={t("crisis:declare.atHint")}
          value={at}
          onChange={setAt}
          isRequired
        />
        <Textarea
          label={t(needsReason ? "crisis:declare.reason" : "crisis:declare.note")}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          required={needsReason}
          withAsterisk={false}
        />
        {declare.error && !(declare.error instanceof ApiProblem && isOvertaken) ? (
          <ProblemNote error={declare.error} />
        ) : null}
        {isOvertaken ? <Overtaken crisis={crisis} after={after} onSeen={() => setAfter(crisis.lastNumber)} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isComplete || isOvertaken} loading={declare.isPending}>
            {t(`crisis:submit.${kind}`)}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

type OvertakenProps = { readonly crisis: Crisis; readonly after: number; readonly onSeen: () => void };

function Overtaken({ crisis, after, onSeen }: OvertakenProps) {
  const { t } = useTranslation("crisis");
  return (
    <div className={classes.warning} role="alert">
      <p>{t("overtaken.title")}</p>
      <ul>
        {crisis.declarations
          .filter(({ number }) => number > after)
          .map(({ number, phase, at, actor }) => (
            <li key={number}>
              {t(`phase.${phase}`)} · <Instant at={at} /> · {actor.name}
            </li>
          ))}
      </ul>
      <Button size="compact-xs" variant="default" onClick={onSeen}>
        {t("overtaken.seen")}
      </Button>
    </div>
  );
}
