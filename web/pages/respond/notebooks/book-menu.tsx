import { ActionIcon, Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { changeNotebook, deleteNotebook, type Notebook } from "../../../api/notebooks.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { DotsIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import classes from "./notebooks.module.css";
import { useChangeBook } from "./use-book.ts";

type Form = "rename" | "share" | "attach";

/** What can be done with the notebook as a whole. Who sees a free one, its owner says. */
export function BookMenu({ book }: { readonly book: Notebook }) {
  const { t } = useTranslation("notebooks");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const [form, setForm] = useState<Form>();
  const isFree = book.incident === null && book.isOwn;
  const removal = useMutation({
    mutationFn: () => deleteNotebook(book.id),
    onSuccess: async () => {
      toastDone(t("deleted", { title: book.title }));
      await navigate({ to: "/notebooks" });
      queryClient.removeQueries({ queryKey: ["notebooks", "one", book.id] });
      void queryClient.invalidateQueries({ queryKey: ["notebooks", "list"] });
    },
    onError: toastProblem,
  });
  const remove = async () => {
    const answer = await confirm({
      title: t("deleteTitle", { title: book.title }),
      body: t("deleteBody"),
      action: t("delete"),
      isDestructive: true,
    });
    if (answer !== undefined) removal.mutate();
  };
  return (
    <>
      <LateMenu
        position="bottom-end"
        button={
          <ActionIcon size={36} variant="default" aria-label={t("more")}>
            <DotsIcon size={18} />
          </ActionIcon>
        }
      >
        {(Menu) => (
          <>
            <Menu.Item onClick={() => setForm("rename")}>{t("rename")}</Menu.Item>
            {isFree ? <Menu.Item onClick={() => setForm("share")}>{t("share")}</Menu.Item> : null}
            {isFree ? <Menu.Item onClick={() => setForm("attach")}>{t("attach")}</Menu.Item> : null}
            {isFree ? (
              <Menu.Item color="red" onClick={() => void remove()}>
                {t("delete")}
              </Menu.Item>
            ) : null}
          </>
        )}
      </LateMenu>
      {form ? (
        <Dialog title={t(form)} onClose={() => setForm(undefined)}>
          <ChangeForm key={form} form={form} book={book} onClose={() => setForm(undefined)} />
        </Dialog>
      ) : null}
    </>
  );
}

type ChangeProps = { readonly form: Form; readonly book: Notebook; readonly onClose: () => void };

function ChangeForm({ form, book, onClose }: ChangeProps) {
  const { t } = useTranslation(["notebooks", "shell", "casework"]);
  const { units } = useUnit();
  const { nameOf } = useUnit();
  const [text, setText] = useState({ rename: book.title, share: book.sharedWithUnitId ?? "", attach: "" }[form]);
  const change = useChangeBook(book.id, () =>
    changeNotebook(book.id, {
      version: book.version,
      change:
        form === "rename"
          ? { title: text.trim() }
          : form === "share"
            ? { sharedWithUnitId: text || null }
            : { incidentId: text.trim().toUpperCase() },
    }),
  );
  const isReady = form === "share" || text.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) change.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      {change.error ? <ProblemNote error={change.error} /> : null}
      {form === "share" ? (
        <NativeSelect
          label={t("notebooks:seenBy")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data={[
            { value: "", label: t("notebooks:private") },
            ...units
              .filter(({ permissions }) => permissions.includes("incident:write"))
              .map(({ id }) => ({ value: id, label: nameOf(id) })),
          ]}
        />
      ) : (
        <TextInput
          label={form === "rename" ? t("notebooks:titleField") : t("notebooks:incidentField")}
          description={form === "attach" ? t("notebooks:attachHint") : undefined}
          placeholder={form === "attach" ? "INC-12" : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={!isReady}>
          {t("casework:save")}
        </Button>
      </Group>
    </form>
  );
}
