import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Network, networksQuery, removeNetwork } from "../../../api/networks.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { NetworkDialog } from "./network-dialog.tsx";

/** Which addresses are inside, and what their networks are called. */
export function NetworksPage() {
  const { t } = useTranslation("networks");
  const { data: me } = useQuery(meQuery);
  const { data, error, refetch } = useQuery(networksQuery);
  const columns = useColumns();
  const [isAdding, setAdding] = useState(false);
  const add = me?.permissions.includes("source:write") ? (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
      {t("add.open")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <Link to="/sources">{t("toSources")}</Link>
          {add}
        </>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <Empty title={t("empty.title")}>{t("empty.hint")}</Empty> : null}
      {data && data.items.length > 0 ? (
        <DataTable label={t("title")} rows={data.items} columns={columns} idOf={({ id }) => id} />
      ) : null}
      <p>
        {t("attribution")} <a href="https://lite.ip2location.com">https://lite.ip2location.com</a>
      </p>
      {isAdding ? <NetworkDialog onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function useColumns(): readonly Column<Network>[] {
  const { t } = useTranslation("networks");
  const { nameOf } = useUnit();
  return useMemo(
    (): readonly Column<Network>[] => [
      { id: "cidr", title: t("column.cidr"), cell: ({ cidr }) => <code>{cidr}</code> },
      { id: "name", title: t("column.name"), cell: ({ name }) => name },
      { id: "unit", title: t("column.unit"), cell: ({ unitId }) => nameOf(unitId) },
      { id: "by", title: t("column.createdBy"), isMinor: true, cell: ({ createdBy }) => createdBy },
      { id: "at", title: t("column.createdAt"), isMinor: true, cell: ({ createdAt }) => <Instant at={createdAt} /> },
      {
        id: "actions",
        title: t("column.actions"),
        width: 96,
        cell: (row) => (row.mayChange ? <Remove row={row} /> : null),
      },
    ],
    [t, nameOf],
  );
}

function Remove({ row }: { readonly row: Network }) {
  const { t } = useTranslation("networks");
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const remove = useMutation({
    mutationFn: () => removeNetwork(row.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["networks"] });
      toastDone(t("remove.done"));
    },
    onError: toastProblem,
  });
  const ask = async () => {
    const body = t("remove.body", { cidr: row.cidr, name: row.name });
    const answer = await confirm({ title: t("remove.title"), body, action: t("remove.action"), isDestructive: true });
    if (answer !== undefined) remove.mutate();
  };
  return (
    <Button size="compact-xs" variant="default" loading={remove.isPending} onClick={() => void ask()}>
      {t("remove.action")}
    </Button>
  );
}
