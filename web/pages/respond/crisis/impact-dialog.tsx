import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { declareImpact, type Service } from "../../../api/crisis.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./crisis.module.css";
import { useCrisisChange } from "./use-crisis.ts";

type ImpactProps = { readonly id: string; readonly service: Service; readonly onClose: () => void };

/** How much a service is harmed from a moment on. Values are only added: a later word for the same moment replaces. */
export function ImpactDialog({ id, service, onClose }: ImpactProps) {
  const { t } = useTranslation(["crisis", "shell"]);
  const { toField, toInstant } = useMoments();
  const [at, setAt] = useState(() => toField(Date.now()));
  const [level, setLevel] = useState("");
  const [note, setNote] = useState("");
  const instant = toInstant(at);
  const isLevel = /^\d+$/.test(level) && Number(level) <= 100;
  const saving = useCrisisChange(
    id,
    (from: string) => declareImpact(id, service.id, { at: from, level: Number(level), note }),
    () => {
      toastDone(t("crisis:impactDialog.saved", { name: service.name, level }));
      onClose();
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (instant !== null && isLevel) saving.mutate(instant);
  };
  return (
    <Dialog title={t("crisis:impactDialog.title", { name: service.name })} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <TextInput
          type="number"
          min={0}
          max={100}
          label={t("crisis:impactDialog.level")}
          description={t("crisis:impactDialog.levelHint", { tolerance: service.tolerance })}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value)}
          required
          withAsterisk={false}
          data-autofocus
        />
        <MomentField
          label={t("crisis:impactDialog.from")}
          description={t("crisis:impactDialog.fromHint")}
          value={at}
          onChange={setAt}
          isRequired
        />
        <Textarea
          label={t("crisis:declare.note")}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {saving.error ? <ProblemNote error={saving.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={instant === null || !isLevel} loading={saving.isPending}>
            {t("crisis:impactDialog.submit")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
