import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { forgetQueries, historyQuery, type QueryHistory } from "../../../api/search.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { TrashIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { useRangeLabel } from "../../../ui/time-range.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./history.module.css";
import { DEFAULT_COLUMNS, joinColumns, type SearchState } from "./use-search-state.ts";

type Item = QueryHistory["items"][number];
type HistoryProps = { readonly state: SearchState; readonly onClose: () => void };

/** What one asked before: to search through, to ask again, and to clear. Nobody else sees it. */
export function HistoryDialog({ state, onClose }: HistoryProps) {
  const { t } = useTranslation("search");
  const rangeLabel = useRangeLabel();
  const queryClient = useQueryClient();
  const [wanted, setWanted] = useState("");
  const { data, error } = useQuery(historyQuery(wanted));
  const forget = useMutation({
    mutationFn: (id: string | undefined) => forgetQueries(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["query-history"] }),
  });
  const again = ({ q, from, to, columns }: Item) => {
    const isUsual = columns.join() === DEFAULT_COLUMNS.join();
    state.change({
      q,
      from,
      to: to === "now" ? undefined : to,
      columns: isUsual || columns.length === 0 ? undefined : joinColumns(columns),
      event: undefined,
      at: undefined,
    });
    onClose();
  };
  return (
    <Dialog title={t("history.title")} onClose={onClose} size={720}>
      <p className={classes.small}>{t("history.hint")}</p>
      <TextInput
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        aria-label={t("history.find")}
        placeholder={t("history.find")}
        maxLength={200}
        data-autofocus
      />
      {error || forget.error ? <ProblemNote error={error ?? forget.error} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <p className={classes.small}>{t("history.empty")}</p> : null}
      <ul className={classes.list} aria-label={t("history.title")}>
        {data?.items.map((item) => (
          <li key={item.id} className={classes.item}>
            <button type="button" className={classes.again} onClick={() => again(item)}>
              <code>
                <bdi>{visible(item.q, 300)}</bdi>
              </code>
              <span className={classes.small}>
                {rangeLabel(item)} · <Instant at={item.ranAt} /> ·{" "}
                {t("history.runs", { count: item.runs, text: item.runs })}
              </span>
            </button>
            <ActionIcon
              size={28}
              aria-label={t("history.forget", { query: visible(item.q, 60) })}
              onClick={() => forget.mutate(item.id)}
            >
              <TrashIcon size={15} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {data && data.items.length > 0 && wanted === "" ? (
        <div>
          <Button size="xs" variant="default" loading={forget.isPending} onClick={() => forget.mutate(undefined)}>
            {t("history.clear")}
          </Button>
        </div>
      ) : null}
    </Dialog>
  );
}
