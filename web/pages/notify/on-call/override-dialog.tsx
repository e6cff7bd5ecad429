import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addOverride, type Rota, rotasQuery } from "../../../api/on-call.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { MomentField, useMoments } from "../../../ui/moment-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { type Chosen, PersonField } from "../../respond/casework/person-field.tsx";
import classes from "../notify.module.css";

/** Somebody takes the rota for a while, such as a swapped night. */
export function OverrideDialog({ rota, onClose }: { readonly rota: Rota; readonly onClose: () => void }) {
  const { t } = useTranslation("notify");
  const queryClient = useQueryClient();
  const moments = useMoments();
  const [person, setPerson] = useState<Chosen>(null);
  const [from, setFrom] = useState(() => moments.toField(rota.shifts[0]?.startsAt ?? null));
  const [to, setTo] = useState(() => moments.toField(rota.shifts[0]?.endsAt ?? null));
  const [reason, setReason] = useState("");
  const startsAt = moments.toInstant(from);
  const endsAt = moments.toInstant(to);
  const save = useMutation({
    mutationFn: () =>
      addOverride(rota.id, { personId: person?.id ?? "", startsAt: startsAt ?? "", endsAt: endsAt ?? "", reason }),
    onSuccess: (answer) => {
      queryClient.setQueryData(rotasQuery.queryKey, answer);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t("override.addTo", { name: rota.content.name })} onClose={onClose} size={560}>
      <form onSubmit={submit} className={classes.form}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <PersonField label={t("override.who")} value={person} onChange={setPerson} unitId={rota.unitId} />
        <MomentField label={t("override.from")} value={from} onChange={setFrom} isRequired />
        <MomentField label={t("override.to")} value={to} onChange={setTo} isRequired />
        <TextInput
          label={t("override.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          withAsterisk={false}
          maxLength={300}
        />
        <Button
          type="submit"
          loading={save.isPending}
          disabled={person === null || startsAt === null || endsAt === null || reason.trim() === ""}
        >
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}
