import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { crisisQuery, type MdrStepState } from "../../../api/crisis.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";
import { StepDialog } from "./step-dialog.tsx";

type StepsProps = { readonly id: string; readonly unitId: string; readonly mayWrite: boolean };

/** The eight standing steps of managed detection and response: who has each, since when, and when it was done. */
export function Steps({ id, unitId, mayWrite }: StepsProps) {
  const { t } = useTranslation("casework");
  const { data, error, refetch } = useQuery(crisisQuery(id));
  const [editing, setEditing] = useState<string>();
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={8} />;
  const columns: readonly Column<MdrStepState>[] = [
    { id: "step", title: t("column.step"), cell: ({ step }) => <strong>{t(`step.${step}`)}</strong> },
    { id: "owner", title: t("column.owner"), width: 170, cell: ({ owner }) => owner?.name ?? t("person.nobody") },
    { id: "started", title: t("column.started"), width: 200, cell: ({ startedAt }) => <Instant at={startedAt} /> },
    { id: "done", title: t("column.done"), width: 200, cell: ({ doneAt }) => <Instant at={doneAt} /> },
    {
      id: "changed",
      title: t("column.changed"),
      isMinor: true,
      width: 200,
      cell: ({ changedBy, changedAt }) =>
        changedBy ? (
          <>
            {changedBy}
            <span className={classes.minor}>
              <Instant at={changedAt} />
            </span>
          </>
        ) : (
          "–"
        ),
    },
    ...(mayWrite
      ? [
          {
            id: "actions",
            title: t("column.actions"),
            width: 100,
            cell: ({ step }: MdrStepState) => (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={t("steps.editOf", { name: t(`step.${step}`) })}
                onClick={() => setEditing(step)}
              >
                {t("tasks.edit")}
              </Button>
            ),
          },
        ]
      : []),
  ];
  const edited = data.steps.find(({ step }) => step === editing);
  return (
    <>
      <p className={classes.small}>{t("steps.lead")}</p>
      <DataTable label={t("steps.title")} rows={data.steps} columns={columns} idOf={({ step }) => step} />
      {edited ? (
        <StepDialog key={edited.step} id={id} unitId={unitId} step={edited} onClose={() => setEditing(undefined)} />
      ) : null}
    </>
  );
}
