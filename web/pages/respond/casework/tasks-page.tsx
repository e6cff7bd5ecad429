import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeTask, moveTask, type Task, tasksQuery } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { AlertTriangleIcon, ArrowDownIcon, ArrowUpIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import classes from "./casework.module.css";
import { Steps } from "./steps.tsx";
import { TaskDialog } from "./task-dialog.tsx";
import { TaskForm } from "./task-form.tsx";

export function TasksPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Work incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

type WorkProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

function Work({ incident, mayWrite }: WorkProps) {
  const { t } = useTranslation("casework");
  const id = keyOf(incident);
  return (
    <>
      <Section title={t("steps.title")}>
        <Steps id={id} unitId={incident.unitId} mayWrite={mayWrite} />
      </Section>
      <Section title={t("tasks.title")}>
        <Tasks id={id} unitId={incident.unitId} mayWrite={mayWrite} />
      </Section>
    </>
  );
}

type TasksProps = { readonly id: string; readonly unitId: string; readonly mayWrite: boolean };

function Tasks({ id, unitId, mayWrite }: TasksProps) {
  const { t } = useTranslation("casework");
  const { data, error, refetch } = useQuery(tasksQuery(id));
  const [editing, setEditing] = useState<string>();
  const columns = useColumns(id, mayWrite, setEditing);
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={4} />;
  const edited = data.items.find((task) => task.id === editing);
  return (
    <>
      {mayWrite ? <TaskForm id={id} unitId={unitId} /> : null}
      {data.items.length === 0 ? (
        <p className={classes.small}>{t("tasks.none")}</p>
      ) : (
        <DataTable label={t("tasks.title")} rows={data.items} columns={columns} idOf={(task) => task.id} />
      )}
      {edited ? (
        <TaskDialog key={edited.id} id={id} unitId={unitId} task={edited} onClose={() => setEditing(undefined)} />
      ) : null}
    </>
  );
}

/** A change of one click; the version is the one that the row shows. */
function useTaskAct(id: string) {
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  return useMutation({
    mutationFn: (act: () => ReturnType<typeof moveTask>) => act(),
    onSuccess: (tasks) => queryClient.setQueryData(tasksQuery(id).queryKey, tasks),
    onError: (error) => {
      toastProblem(error);
      void queryClient.invalidateQueries({ queryKey: tasksQuery(id).queryKey });
    },
  });
}

const isOver = ({ state }: Task): boolean => state === "done" || state === "dropped";
const isLate = (task: Task): boolean => !isOver(task) && task.dueAt !== null && Date.parse(task.dueAt) < Date.now();

function useColumns(id: string, mayWrite: boolean, onEdit: (taskId: string) => void): readonly Column<Task>[] {
  const { t } = useTranslation("casework");
  return [
    {
      id: "title",
      title: t("column.task"),
      cell: (task) => <span className={isOver(task) ? classes.done : undefined}>{task.title}</span>,
    },
    { id: "state", title: t("column.state"), width: 90, cell: ({ state }) => t(`state.${state}`) },
    { id: "owner", title: t("column.owner"), width: 150, cell: ({ owner }) => owner?.name ?? t("person.nobody") },
    {
      id: "due",
      title: t("column.due"),
      width: 200,
      cell: (task) => (
        <>
          <Instant at={task.dueAt} />
          {isLate(task) ? (
            <span className={classes.late}>
              {" "}
              <AlertTriangleIcon size={13} aria-hidden /> {t("tasks.late")}
            </span>
          ) : null}
        </>
      ),
    },
    ...(mayWrite
      ? [
          {
            id: "actions",
            title: t("column.actions"),
            width: 230,
            cell: (task: Task) => <RowActions id={id} task={task} onEdit={onEdit} />,
          },
        ]
      : []),
  ];
}

type RowProps = { readonly id: string; readonly task: Task; readonly onEdit: (taskId: string) => void };

function RowActions({ id, task, onEdit }: RowProps) {
  const { t } = useTranslation("casework");
  const act = useTaskAct(id);
  const name = task.title;
  const next = isOver(task) ? "todo" : "done";
  return (
    <span className={classes.buttons}>
      <Button
        size="compact-xs"
        variant="default"
        loading={act.isPending}
        aria-label={t(`tasks.markOf.${next}`, { name })}
        onClick={() => act.mutate(() => changeTask(id, task.id, { version: task.version, change: { state: next } }))}
      >
        {t(`tasks.mark.${next}`)}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={t("tasks.editOf", { name })}
        onClick={() => onEdit(task.id)}
      >
        {t("tasks.edit")}
      </Button>
      {(["up", "down"] as const).map((direction) => (
        <Button
          key={direction}
          size="compact-xs"
          variant="subtle"
          disabled={act.isPending}
          aria-label={t(`tasks.move.${direction}`, { name })}
          onClick={() => act.mutate(() => moveTask(id, task.id, direction))}
        >
          {direction === "up" ? <ArrowUpIcon size={13} /> : <ArrowDownIcon size={13} />}
        </Button>
      ))}
    </span>
  );
}
