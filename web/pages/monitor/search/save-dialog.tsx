import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { changeSavedSearch, type SavedSearch, type SavedSearchInput, saveSearch } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";

type SaveProps = {
  /** What is kept, besides its name and with whom it is shared. */
  readonly search: Pick<SavedSearchInput, "q" | "columns" | "from">;
  /** A search of one's own that gets another name or other readers; undefined = a new one. */
  readonly saved?: SavedSearch | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => unknown;
};

export function SaveDialog({ search, saved, onClose, onSaved }: SaveProps) {
  const { t } = useTranslation(["search", "shell"]);
  const { units, nameOf } = useUnit();
  const [name, setName] = useState(saved?.name ?? "");
  const [isShared, setShared] = useState(saved ? saved.sharedWithUnitId !== null : false);
  const [sharedUnit, setSharedUnit] = useState(saved?.sharedWithUnitId ?? units[0]?.id ?? "");
  const save = useMutation({
    mutationFn: () => {
      const { q, columns, from } = search;
      const sharedWithUnitId = isShared ? sharedUnit : null;
      const input = { q, columns, name, sharedWithUnitId, ...(from === undefined ? {} : { from }) };
      return saved ? changeSavedSearch(saved.id, input) : saveSearch(input);
    },
    onSuccess: () => {
      onClose();
      onSaved();
      toastDone(t("search:saved.done", { name }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <Dialog title={saved ? t("search:saved.change") : t("search:saved.save")} onClose={onClose}>
      <form onSubmit={submit} style={{ display: "grid", gap: 16 }}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("search:saved.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          withAsterisk={false}
          maxLength={120}
          data-autofocus
        />
        <Checkbox
          label={t("search:saved.share")}
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        {isShared ? (
          <NativeSelect
            label={t("search:saved.shareWith")}
            value={sharedUnit}
            onChange={(event) => setSharedUnit(event.currentTarget.value)}
            data={units.map(({ id }) => ({ value: id, label: nameOf(id) }))}
          />
        ) : null}
        <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
          {t("search:saved.submit")}
        </Button>
      </form>
    </Dialog>
  );
}
