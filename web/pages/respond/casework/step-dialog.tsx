import { Button, Group } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type MdrStepState, type StepInput, setStep } from "../../../api/crisis.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { useCrisisChange } from "../crisis/use-crisis.ts";
import classes from "./casework.module.css";
import { PersonField } from "./person-field.tsx";

type StepProps = {
  readonly id: string;
  readonly unitId: string;
  readonly step: MdrStepState;
  readonly onClose: () => void;
};

export function StepDialog({ id, unitId, step, onClose }: StepProps) {
  const { t } = useTranslation(["casework", "shell"]);
  const { toField, toInstant } = useMoments();
  const [version, setVersion] = useState(step.version);
  const [owner, setOwner] = useState(step.owner);
  const [started, setStarted] = useState(() => toField(step.startedAt));
  const [done, setDone] = useState(() => toField(step.doneAt));
  const save = useCrisisChange(id, (input: StepInput) => setStep(id, step.step, input), onClose);
  const isOvertaken = step.version > version;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ version, ownerId: owner?.id ?? null, startedAt: toInstant(started), doneAt: toInstant(done) });
  };
  const now = () => toField(Date.now());
  return (
    <Dialog title={t("casework:steps.editOf", { name: t(`casework:step.${step.step}`) })} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <PersonField label={t("casework:column.owner")} value={owner} onChange={setOwner} unitId={unitId} />
        <div className={classes.inline}>
          <MomentField label={t("casework:column.started")} value={started} onChange={setStarted} />
          <Button variant="default" onClick={() => setStarted(now())}>
            {t("casework:steps.startNow")}
          </Button>
        </div>
        <div className={classes.inline}>
          <MomentField label={t("casework:column.done")} value={done} onChange={setDone} />
          <Button variant="default" onClick={() => setDone(now())}>
            {t("casework:steps.doneNow")}
          </Button>
        </div>
        {isOvertaken ? (
          <div className={classes.warning} role="alert">
            <p>
              {t("casework:steps.overtaken", {
                by: step.changedBy ?? "",
                owner: step.owner?.name ?? t("casework:person.nobody"),
                started: toField(step.startedAt) || "–",
                done: toField(step.doneAt) || "–",
              })}
            </p>
            <Button size="compact-xs" variant="default" onClick={() => setVersion(step.version)}>
              {t("casework:keepMine")}
            </Button>
          </div>
        ) : save.error ? (
          <ProblemNote error={save.error} />
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={isOvertaken}>
            {t("casework:save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
