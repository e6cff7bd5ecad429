import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../src/kernel/visible.ts";
import { addCell, type CellContent, createNotebook, notebooksQuery } from "../api/notebooks.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { RowsSkeleton } from "../ui/skeletons.tsx";
import { toastDone } from "../ui/toast.tsx";

type AddProps = { readonly cell: CellContent; readonly onClose: () => void };
const NEW = "new";

/** Puts a query, with what it finds now, at the end of a notebook: one that is there, or a new one. */
export function AddToNotebook({ cell, onClose }: AddProps) {
  const { t } = useTranslation("notebooks");
  const { data, error } = useQuery(notebooksQuery());
  return (
    <Dialog title={t("add.title")} onClose={onClose}>
      {error ? <ProblemNote error={error} /> : null}
      {data ? (
        <AddForm
          cell={cell}
          onClose={onClose}
          books={data.items
            .filter(({ mayWrite }) => mayWrite)
            .map(({ id, title, incident }) => ({
              value: id,
              label: incident ? `INC-${incident.number} · ${visible(title)}` : visible(title),
            }))}
        />
      ) : error ? null : (
        <RowsSkeleton rows={3} />
      )}
    </Dialog>
  );
}

type FormProps = AddProps & { readonly books: readonly { readonly value: string; readonly label: string }[] };

function AddForm({ cell, onClose, books }: FormProps) {
  const { t } = useTranslation(["notebooks", "shell"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(books[0]?.value ?? NEW);
  const [title, setTitle] = useState("");
  // A lost answer after the notebook was made must not make a second one.
  const [made, setMade] = useState<string>();
  const add = useMutation({
    mutationFn: async () => {
      let id = chosen === NEW ? made : chosen;
      if (id === undefined) {
        id = (await createNotebook({ title: title.trim() })).id;
        setMade(id);
      }
      return addCell(id, cell);
    },
    onSuccess: ({ head: book }) => {
      void queryClient.invalidateQueries({ queryKey: ["notebooks"] });
      toastDone(t("notebooks:add.done", { title: visible(book.title) }), {
        label: t("notebooks:add.open"),
        act: () => void navigate({ to: "/notebooks/$id", params: { id: book.id } }),
      });
      onClose();
    },
  });
  const isReady = chosen !== NEW || title.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) add.mutate();
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 16 }}>
      {cell.body ? (
        <code style={{ overflowWrap: "anywhere" }}>
          <bdi>{visible(cell.body, 300)}</bdi>
        </code>
      ) : null}
      {add.error ? <ProblemNote error={add.error} /> : null}
      <NativeSelect
        label={t("notebooks:add.to")}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[...books, { value: NEW, label: t("notebooks:new") }]}
      />
      {chosen === NEW ? (
        <TextInput
          label={t("notebooks:titleField")}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          maxLength={200}
          required
          withAsterisk={false}
          data-autofocus
        />
      ) : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={add.isPending} disabled={!isReady}>
          {t("notebooks:add.submit")}
        </Button>
      </Group>
    </form>
  );
}
