import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { handOver, shiftQuery } from "../../../api/casework.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "../casework/casework.module.css";
import { type Chosen, PersonField } from "../casework/person-field.tsx";
import { HandoverItems } from "./handover-items.tsx";

/** What is open now, a note, and who takes over. */
export function GiveForm() {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const { nameOf } = useUnit();
  const { data: me } = useQuery(meQuery);
  const units = me?.units.filter(({ permissions }) => permissions.includes("incident:write")) ?? [];
  const [chosenUnit, setUnit] = useState("");
  const [person, setPerson] = useState<Chosen>(null);
  const [note, setNote] = useState("");
  const unitId = chosenUnit || (units[0]?.id ?? "");
  const { data: summary, error } = useQuery(shiftQuery(unitId));
  const give = useMutation({
    mutationFn: () => handOver({ unitId, receiverId: person?.id ?? "", note: note.trim() }),
    onSuccess: async ({ receiver }) => {
      setNote("");
      setPerson(null);
      toastDone(t("shift.done", { name: receiver.name }));
      await queryClient.invalidateQueries({ queryKey: ["handovers"] });
    },
  });
  const isComplete = unitId !== "" && person !== null && note.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) give.mutate();
  };
  return (
    <Section title={t("shift.give")}>
      <form onSubmit={submit} className={classes.form}>
        <div className={classes.inline}>
          {units.length > 1 ? (
            <NativeSelect
              label={t("column.unit")}
              description={t("shift.unitHint")}
              value={unitId}
              onChange={(event) => {
                setUnit(event.currentTarget.value);
                setPerson(null);
              }}
              data={units.map(({ id }) => ({ value: id, label: nameOf(id) }))}
            />
          ) : null}
          <PersonField label={t("shift.to")} value={person} onChange={setPerson} unitId={unitId} isOther />
        </div>
        {error ? <ProblemNote error={error} /> : null}
        {summary ? <HandoverItems items={summary.items} hidden={0} more={summary.more} /> : null}
        <Textarea
          label={t("shift.note")}
          description={t("shift.noteHint")}
          autosize
          minRows={3}
          maxRows={16}
          maxLength={10_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {give.error ? <ProblemNote error={give.error} /> : null}
        <div>
          <Button type="submit" loading={give.isPending} disabled={!isComplete}>
            {t("shift.submit")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
