import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addNetwork } from "../../../api/networks.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";

export function NetworkDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation("networks");
  const queryClient = useQueryClient();
  const { unit, units, nameOf } = useUnit();
  const [draft, setDraft] = useState({ cidr: "", name: "", unitId: unit || (units[0]?.id ?? "") });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => addNetwork(draft),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["networks"] });
      toastDone(t("add.done"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t("add.title")} onClose={onClose}>
      <form onSubmit={submit} style={{ display: "grid", gap: 16 }}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("column.cidr")}
          description={t("add.cidrHint")}
          value={draft.cidr}
          onChange={(event) => change({ cidr: event.currentTarget.value })}
          maxLength={64}
          data-autofocus
        />
        <TextInput
          label={t("column.name")}
          description={t("add.nameHint")}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          maxLength={120}
        />
        <NativeSelect
          label={t("column.unit")}
          description={t("add.unitHint")}
          value={draft.unitId}
          onChange={(event) => change({ unitId: event.currentTarget.value })}
          data={units.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        />
        <Button type="submit" loading={save.isPending} disabled={draft.cidr.trim() === "" || draft.name.trim() === ""}>
          {t("add.save")}
        </Button>
      </form>
    </Dialog>
  );
}
