import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { changeTask, TASK_STATES, type Task, tasksQuery } from "../../../api/casework.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./casework.module.css";
import { PersonField } from "./person-field.tsx";

type TaskProps = {
  readonly id: string;
  readonly unitId: string;
  readonly task: Task;
  readonly onClose: () => void;
};

/** The form keeps the version it was opened with, and what was typed, whatever others do meanwhile. */
export function TaskDialog({ id, unitId, task, onClose }: TaskProps) {
  const { t } = useTranslation(["casework", "shell"]);
  const queryClient = useQueryClient();
  const { toField, toInstant } = useMoments();
  const [version, setVersion] = useState(task.version);
  const [title, setTitle] = useState(task.title);
  const [state, setState] = useState(task.state);
  const [owner, setOwner] = useState(task.owner);
  const [due, setDue] = useState(() => toField(task.dueAt));
  const save = useMutation({
    mutationFn: () =>
      changeTask(id, task.id, {
        version,
        change: { title: title.trim(), state, ownerId: owner?.id ?? null, dueAt: toInstant(due) },
      }),
    onSuccess: (tasks) => {
      queryClient.setQueryData(tasksQuery(id).queryKey, tasks);
      onClose();
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: tasksQuery(id).queryKey }),
  });
  const isOvertaken = task.version > version;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== "") save.mutate();
  };
  return (
    <Dialog title={t("casework:tasks.editTitle")} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <TextInput
          label={t("casework:column.task")}
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        <NativeSelect
          label={t("casework:column.state")}
          value={state}
          onChange={({ currentTarget }) => setState(TASK_STATES.find((one) => one === currentTarget.value) ?? state)}
          data={TASK_STATES.map((value) => ({ value, label: t(`casework:state.${value}`) }))}
        />
        <PersonField label={t("casework:column.owner")} value={owner} onChange={setOwner} unitId={unitId} />
        <MomentField label={t("casework:column.due")} value={due} onChange={setDue} />
        {isOvertaken ? (
          <div className={classes.warning} role="alert">
            <p>
              {t("casework:tasks.overtaken", {
                title: task.title,
                state: t(`casework:state.${task.state}`),
                owner: task.owner?.name ?? t("casework:person.nobody"),
              })}
            </p>
            <Button size="compact-xs" variant="default" onClick={() => setVersion(task.version)}>
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
          <Button type="submit" loading={save.isPending} disabled={title.trim() === "" || isOvertaken}>
            {t("casework:save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
