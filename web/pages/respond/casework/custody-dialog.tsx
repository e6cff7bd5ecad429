import { Button, Group, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteEvidence, type Evidence, evidenceQuery, handOverEvidence } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./casework.module.css";
import { type Chosen, PersonField } from "./person-field.tsx";

type CustodyProps = {
  readonly incident: IncidentDetail;
  readonly evidence: Evidence;
  readonly what: "hand-over" | "take-over" | "delete";
  readonly onClose: () => void;
};

const WORD = { "hand-over": "handOver", "take-over": "takeOver", delete: "delete" } as const;
const lastOf = ({ custody }: Evidence): number => custody.at(-1)?.number ?? 0;

/** Hands over, takes over or deletes, with a reason, what the person saw when the form opened. */
export function CustodyDialog({ incident, evidence, what, onClose }: CustodyProps) {
  const { t } = useTranslation(["casework", "shell"]);
  const queryClient = useQueryClient();
  const id = keyOf(incident);
  const [after, setAfter] = useState(lastOf(evidence));
  const [person, setPerson] = useState<Chosen>(null);
  const [reason, setReason] = useState("");
  const isHandOver = what === "hand-over";
  const act = useMutation({
    mutationFn: () =>
      what === "delete"
        ? deleteEvidence(id, evidence.id, { reason: reason.trim(), after })
        : handOverEvidence(id, evidence.id, {
            toId: isHandOver ? (person?.id ?? "") : "me",
            reason: reason.trim(),
            after,
          }),
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries({ queryKey: evidenceQuery(id).queryKey }),
  });
  const isComplete = reason.trim() !== "" && (!isHandOver || person !== null);
  const isOvertaken = lastOf(evidence) > after;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) act.mutate();
  };
  return (
    <Dialog title={t(`casework:evidence.${WORD[what]}Of`, { name: evidence.name })} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        {isHandOver ? (
          <PersonField
            label={t("casework:evidence.to")}
            value={person}
            onChange={setPerson}
            unitId={incident.unitId}
            isOther
          />
        ) : what === "take-over" ? null : (
          <p className={classes.warning}>{t("casework:evidence.deleteHint")}</p>
        )}
        <Textarea
          label={t("casework:column.reason")}
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        {isOvertaken ? (
          <div className={classes.warning} role="alert">
            <p>{t("casework:evidence.overtaken", { name: evidence.holder.name })}</p>
            <Button size="compact-xs" variant="default" onClick={() => setAfter(lastOf(evidence))}>
              {t("casework:evidence.goOn")}
            </Button>
          </div>
        ) : act.error ? (
          <ProblemNote error={act.error} />
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button
            type="submit"
            loading={act.isPending}
            disabled={!isComplete || isOvertaken}
            {...(what === "delete" ? { color: "shu" } : {})}
          >
            {t(`casework:evidence.${WORD[what]}`)}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
