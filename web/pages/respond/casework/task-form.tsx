import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addTask, tasksQuery } from "../../../api/casework.ts";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./casework.module.css";
import { type Chosen, PersonField } from "./person-field.tsx";

/** A new task; what was typed stays until it is stored. */
export function TaskForm({ id, unitId }: { readonly id: string; readonly unitId: string }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const { toInstant } = useMoments();
  const [title, setTitle] = useState("");
  const [owner, setOwner] = useState<Chosen>(null);
  const [due, setDue] = useState("");
  const add = useMutation({
    mutationFn: () => addTask(id, { title: title.trim(), ownerId: owner?.id ?? null, dueAt: toInstant(due) }),
    onSuccess: (tasks) => {
      queryClient.setQueryData(tasksQuery(id).queryKey, tasks);
      setTitle("");
      setDue("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== "") add.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.inline}>
      <TextInput
        label={t("tasks.new")}
        maxLength={300}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <PersonField label={t("column.owner")} value={owner} onChange={setOwner} unitId={unitId} />
      <MomentField label={t("column.due")} value={due} onChange={setDue} />
      <Button type="submit" loading={add.isPending} disabled={title.trim() === ""}>
        {t("tasks.add")}
      </Button>
      {add.error ? <ProblemNote error={add.error} /> : null}
    </form>
  );
}
