import { ActionIcon, Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteSavedSearch, type SavedSearch, savedSearchesQuery, saveSearch } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { BookmarkIcon, TrashIcon, UsersIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { joinColumns, type SearchState } from "./use-search-state.ts";

/** Searches worth keeping, for oneself or for a unit. */
export function SavedSearches({ state }: { readonly state: SearchState }) {
  const { t } = useTranslation(["search", "shell"]);
  const [isSaving, setSaving] = useState(false);
  const { data } = useQuery(savedSearchesQuery);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: savedSearchesQuery.queryKey });
  const removal = useMutation({
    mutationFn: (saved: SavedSearch) => deleteSavedSearch(saved.id),
    onSuccess: async (_, saved) => {
      await refresh();
      toastDone(t("search:saved.deleted", { name: saved.name }), {
        label: t("shell:action.undo"),
        act: () => {
          const { name, q, columns, from, sharedWithUnitId } = saved;
          void saveSearch({ name, q, columns, sharedWithUnitId, ...(from ? { from } : {}) }).then(refresh);
        },
      });
    },
  });
  const open = ({ q, columns, from }: SavedSearch) =>
    state.change({
      q: q || undefined,
      columns: columns.length > 0 ? joinColumns(columns) : undefined,
      ...(from ? { from, to: undefined } : {}),
      event: undefined,
      at: undefined,
    });
  return (
    <>
      <LateMenu
        position="bottom-end"
        width={320}
        dropdown={{ mah: "60vh", style: { overflow: "auto" } }}
        button={
          <Button variant="default" leftSection={<BookmarkIcon size={16} stroke={1.7} />}>
            {t("search:saved.title")}
          </Button>
        }
      >
        {(Menu) => (
          <>
            <Menu.Item onClick={() => setSaving(true)}>{t("search:saved.save")}</Menu.Item>
            <Menu.Divider />
            {data?.items.length === 0 ? <Menu.Label>{t("search:saved.empty")}</Menu.Label> : null}
            {data?.items.map((saved) => (
              <div key={saved.id} style={{ display: "flex", alignItems: "center" }}>
                <Menu.Item
                  onClick={() => open(saved)}
                  style={{ flex: 1, minWidth: 0 }}
                  title={saved.q}
                  rightSection={
                    saved.sharedWithUnitId ? <UsersIcon size={14} aria-label={t("search:saved.shared")} /> : null
                  }
                >
                  {saved.name}
                </Menu.Item>
                {saved.isOwn ? (
                  <ActionIcon
                    aria-label={t("search:saved.delete", { name: saved.name })}
                    onClick={() => removal.mutate(saved)}
                  >
                    <TrashIcon size={15} />
                  </ActionIcon>
                ) : null}
              </div>
            ))}
          </>
        )}
      </LateMenu>
      {isSaving ? <SaveDialog state={state} onClose={() => setSaving(false)} onSaved={refresh} /> : null}
    </>
  );
}

type SaveProps = { readonly state: SearchState; readonly onClose: () => void; readonly onSaved: () => unknown };

function SaveDialog({ state, onClose, onSaved }: SaveProps) {
  const { t } = useTranslation(["search", "shell"]);
  const { units, nameOf } = useUnit();
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  const [sharedUnit, setSharedUnit] = useState(units[0]?.id ?? "");
  const save = useMutation({
    mutationFn: () =>
      saveSearch({
        name,
        q: state.scope.q,
        columns: [...state.columns],
        ...(state.scope.from.startsWith("now") ? { from: state.scope.from } : {}),
        sharedWithUnitId: isShared ? sharedUnit : null,
      }),
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
    <Dialog title={t("search:saved.save")} onClose={onClose}>
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
