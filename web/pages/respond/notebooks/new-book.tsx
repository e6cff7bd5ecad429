import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { createNotebook } from "../../../api/notebooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./notebooks.module.css";

/** Begins a notebook: a free one, or one of the incident. */
export function NewBook({ incidentId }: { readonly incidentId?: string }) {
  const { t } = useTranslation("notebooks");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button leftSection={<PlusIcon size={16} />} onClick={() => setOpen(true)}>
        {t("new")}
      </Button>
      {isOpen ? (
        <Dialog title={t("new")} onClose={() => setOpen(false)}>
          <NewForm {...(incidentId ? { incidentId } : {})} onClose={() => setOpen(false)} />
        </Dialog>
      ) : null}
    </>
  );
}

function NewForm({ incidentId, onClose }: { readonly incidentId?: string; readonly onClose: () => void }) {
  const { t } = useTranslation(["notebooks", "shell"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [title, setTitle] = useState("");
  const create = useMutation({
    mutationFn: () => createNotebook({ title: title.trim(), incidentId: incidentId ?? null }),
    onSuccess: ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: ["notebooks", "list"] });
      void navigate({ to: "/notebooks/$id", params: { id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== "") create.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      {create.error ? <ProblemNote error={create.error} /> : null}
      <TextInput
        label={t("notebooks:titleField")}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={title.trim() === ""}>
          {t("notebooks:create")}
        </Button>
      </Group>
    </form>
  );
}
