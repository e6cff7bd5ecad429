import { ActionIcon, Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  deleteSavedSearch,
  noteSavedSearchUse,
  type SavedSearch,
  savedSearchesQuery,
  saveSearch,
} from "../../../api/search.ts";
import { formatMinute } from "../../../ui/clock.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { BookmarkIcon, HistoryIcon, PencilIcon, TrashIcon, UsersIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import { joinColumns, type SearchState } from "./use-search-state.ts";

const SaveDialog = lazy(() => import("./save-dialog.tsx").then((module) => ({ default: module.SaveDialog })));
const HistoryDialog = lazy(() => import("./history-dialog.tsx").then((module) => ({ default: module.HistoryDialog })));

/** Searches worth keeping, for oneself or for a unit. */
export function SavedSearches({ state }: { readonly state: SearchState }) {
  const { t } = useTranslation(["search", "shell"]);
  const { zone } = useClock();
  const [saving, setSaving] = useState<"new" | SavedSearch>();
  const [isHistory, setHistory] = useState(false);
  const { data } = useQuery(savedSearchesQuery);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: savedSearchesQuery.queryKey });
  const removal = useMutation({
    mutationFn: (saved: SavedSearch) => deleteSavedSearch(saved.id),
    onSuccess: async (_, saved) => {
      await refresh();
      const text = t("search:saved.deleted", { name: saved.name });
      // What was another's cannot be given back to them.
      if (!saved.isOwn) return toastDone(text);
      toastDone(text, {
        label: t("shell:action.undo"),
        act: () => {
          const { name, q, columns, from, sharedWithUnitId } = saved;
          void saveSearch({ name, q, columns, sharedWithUnitId, ...(from ? { from } : {}) }).then(refresh);
        },
      });
    },
  });
  const remove = async (saved: SavedSearch) => {
    const { name, owner, isOwn } = saved;
    const question = {
      title: t("search:saved.removeTitle", { name }),
      body: t("search:saved.removeBody", { owner: owner.name }),
      action: t("search:saved.remove"),
      isDestructive: true,
    };
    if (isOwn || (await confirm(question)) !== undefined) removal.mutate(saved);
  };
  const open = ({ id, q, columns, from }: SavedSearch) => {
    // That it was used is worth knowing, and nothing to wait for.
    noteSavedSearchUse(id).then(refresh, () => undefined);
    state.change({
      q: q || undefined,
      columns: columns.length > 0 ? joinColumns(columns) : undefined,
      ...(from ? { from, to: undefined } : {}),
      event: undefined,
      at: undefined,
    });
  };
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
            <Menu.Item onClick={() => setSaving("new")}>{t("search:saved.save")}</Menu.Item>
            <Menu.Item leftSection={<HistoryIcon size={15} />} onClick={() => setHistory(true)}>
              {t("search:history.title")}
            </Menu.Item>
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
                  <span style={{ display: "block", color: "var(--y-ink-3)", fontSize: 12 }}>
                    {saved.lastUsedAt
                      ? t("search:saved.lastUsed", { at: formatMinute(saved.lastUsedAt, zone) })
                      : t("search:saved.neverUsed")}
                    {saved.isOwn ? "" : ` · ${saved.owner.name}`}
                  </span>
                </Menu.Item>
                {saved.isOwn ? (
                  <ActionIcon
                    aria-label={t("search:saved.changeOne", { name: saved.name })}
                    onClick={() => setSaving(saved)}
                  >
                    <PencilIcon size={15} />
                  </ActionIcon>
                ) : null}
                {saved.mayDelete ? (
                  <ActionIcon
                    aria-label={t("search:saved.delete", { name: saved.name })}
                    onClick={() => void remove(saved)}
                  >
                    <TrashIcon size={15} />
                  </ActionIcon>
                ) : null}
              </div>
            ))}
          </>
        )}
      </LateMenu>
      {saving ? (
        <Suspense>
          <SaveDialog
            search={saving === "new" ? searchOf(state) : saving}
            saved={saving === "new" ? undefined : saving}
            onClose={() => setSaving(undefined)}
            onSaved={refresh}
          />
        </Suspense>
      ) : null}
      {isHistory ? (
        <Suspense>
          <HistoryDialog state={state} onClose={() => setHistory(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** What the page shows, as a search that can be kept: with its range where that moves along with time. */
const searchOf = ({ scope, columns }: SearchState) => ({
  q: scope.q,
  columns: [...columns],
  ...(scope.from.startsWith("now") ? { from: scope.from } : {}),
});
