import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type PackRow, packsQuery, removePack, switchPack } from "../../../api/packs.ts";
import { meQuery } from "../../../api/session.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { PlusIcon } from "../../../ui/icons.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { ImportDialog } from "./import-dialog.tsx";
import classes from "./packs.module.css";
import { VersionsPanel } from "./versions.tsx";

/** Collections of rules that were imported, each with its versions. */
export function PacksPage() {
  const { t } = useTranslation("packs");
  const { pack: open } = useSearch({ from: "/frame/rules/packs" });
  const navigate = useNavigate({ from: "/rules/packs" });
  const { data, error, refetch } = useQuery(packsQuery);
  const mayWrite = useMayWrite();
  const [importing, setImporting] = useState<{ readonly name?: string }>();
  const columns = useColumns(mayWrite, setImporting);
  const show = (pack: string | undefined) => void navigate({ search: (now) => ({ ...now, pack }) });
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("title")}</h1>
        <p className={page.total} aria-live="polite">
          {data ? t("total", { count: data.items.length, text: formatCount(data.items.length) }) : ""}
        </p>
        <Link to="/rules">{t("toRules")}</Link>
        {mayWrite ? (
          <Button ml="auto" leftSection={<PlusIcon size={16} />} onClick={() => setImporting({})}>
            {t("import.open")}
          </Button>
        ) : null}
      </header>
      <p className={classes.lead}>{t("lead")}</p>
      <div className={page.lower}>
        <div className={page.middle}>
          {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
          {!data && !error ? <RowsSkeleton rows={6} /> : null}
          {data?.items.length === 0 ? <NoPacks hasGit={data.hasGit} /> : null}
          {data && data.items.length > 0 ? (
            <DataTable
              label={t("title")}
              rows={data.items}
              columns={columns}
              idOf={({ name }) => name}
              openId={open}
              onOpen={({ name }) => show(name)}
            />
          ) : null}
        </div>
        {open ? <VersionsPanel name={open} mayWrite={mayWrite} onClose={() => show(undefined)} /> : null}
      </div>
      {importing ? (
        <ImportDialog name={importing.name} hasGit={data?.hasGit ?? false} onClose={() => setImporting(undefined)} />
      ) : null}
    </div>
  );
}

/** Packs are for the whole group, so changing them needs the permission at its root. */
function useMayWrite(): boolean {
  const { data: me } = useQuery(meQuery);
  return (
    me?.units.some(({ parentId, permissions }) => parentId === null && permissions.includes("rule:write")) ?? false
  );
}

/** Where rules come from, for who has none yet. */
function NoPacks({ hasGit }: { readonly hasGit: boolean }) {
  const { t } = useTranslation("packs");
  return (
    <Empty title={t("empty.title")}>
      <p>{t("empty.lead")}</p>
      <ul>
        <li>
          {t("empty.release")} <code className={classes.example}>https://github.com/SigmaHQ/sigma/releases</code>
        </li>
        <li>
          {t(hasGit ? "empty.git" : "empty.noGit")}{" "}
          {hasGit ? <code className={classes.example}>https://github.com/SigmaHQ/sigma</code> : null}
        </li>
        <li>
          {t("empty.command")} <code className={classes.example}>bin/yagura rules import sigma_core.zip --preview</code>
        </li>
      </ul>
    </Empty>
  );
}

function useColumns(
  mayWrite: boolean,
  onImport: (pack: { readonly name: string }) => void,
): readonly Column<PackRow>[] {
  const { t } = useTranslation("packs");
  return useMemo(
    (): readonly Column<PackRow>[] => [
      {
        id: "name",
        title: t("column.pack"),
        cell: ({ name, current }) => (
          <>
            <Link to="/rules/packs" search={{ pack: name }} className={page.name}>
              {name}
            </Link>
            <span className={page.minor}>
              {current.source.from} {current.source.commit?.slice(0, 12)}
            </span>
          </>
        ),
      },
      {
        id: "version",
        title: t("column.version"),
        width: 96,
        cell: ({ current, lastVersion }) => (
          <>
            {t("versions.version", { version: current.version })}
            {lastVersion > current.version ? (
              <span className={page.minor}>{t("newest", { version: lastVersion })}</span>
            ) : null}
          </>
        ),
      },
      {
        id: "rules",
        title: t("column.rules"),
        width: 88,
        isNumber: true,
        cell: ({ name, current: { counts } }) => (
          <Link to="/rules" search={{ pack: name }}>
            {formatCount(counts.rules + counts.correlations)}
          </Link>
        ),
      },
      {
        id: "rejected",
        title: t("count.rejected"),
        width: 96,
        isNumber: true,
        isMinor: true,
        cell: ({ current: { counts } }) => formatCount(counts.rejected),
      },
      {
        id: "changed",
        title: t("column.changed"),
        width: 190,
        isMinor: true,
        cell: ({ changed }) => (
          <>
            <Instant at={changed.at} />
            <span className={page.minor}>{[changed.by.name, changed.reason].filter(Boolean).join(" · ")}</span>
          </>
        ),
      },
      {
        id: "enabled",
        title: t("column.enabled"),
        width: 72,
        cell: (row) => <PackSwitch row={row} mayWrite={mayWrite} />,
      },
      {
        id: "actions",
        title: t("column.actions"),
        width: 170,
        cell: (row) =>
          mayWrite ? (
            <span className={classes.actions}>
              <Button size="compact-xs" variant="default" onClick={() => onImport(row)}>
                {t("import.newVersion")}
              </Button>
              <Remove name={row.name} />
            </span>
          ) : null,
      },
    ],
    [t, mayWrite, onImport],
  );
}

/** A change of a pack that asks for a reason first. */
function useChange<Input>(
  change: (input: Input, reason: string) => Promise<{ note?: string | undefined }>,
  said: (input: Input) => string,
) {
  const { t } = useTranslation("packs");
  const queryClient = useQueryClient();
  const toastError = useToastProblem();
  return useMutation({
    mutationFn: ({ input, reason }: { input: Input; reason: string }) => change(input, reason),
    onSuccess: async ({ note }, { input }) => {
      await Promise.all(["rule-packs", "rules"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      toastDone(said(input));
      if (note !== undefined) toastProblem(t("pending.title"), t("pending.lead"));
    },
    onError: toastError,
  });
}

function PackSwitch({ row, mayWrite }: { readonly row: PackRow; readonly mayWrite: boolean }) {
  const { t } = useTranslation("packs");
  const { name } = row;
  const change = useChange(
    (isEnabled: boolean, reason) => switchPack(name, isEnabled, reason),
    (isEnabled) => t(isEnabled ? "switch.on" : "switch.off", { name }),
  );
  const ask = async () => {
    const isEnabled = !row.isEnabled;
    const count = row.current.counts.rules + row.current.counts.correlations;
    const reason = await confirm({
      title: t(isEnabled ? "switch.askOn" : "switch.askOff", { name }),
      body: t("switch.body", { count, text: formatCount(count) }),
      action: t(isEnabled ? "switch.turnOn" : "switch.turnOff"),
      reasonLabel: t("reason"),
      isDestructive: !isEnabled,
    });
    if (reason !== undefined) change.mutate({ input: isEnabled, reason });
  };
  return (
    <Switch
      size="sm"
      aria-label={t("switch.label", { name })}
      checked={change.isPending ? change.variables.input : row.isEnabled}
      disabled={!mayWrite}
      onChange={() => void ask()}
    />
  );
}

function Remove({ name }: { readonly name: string }) {
  const { t } = useTranslation("packs");
  const removal = useChange(
    (pack: string, reason) => removePack(pack, reason),
    (pack) => t("remove.done", { name: pack }),
  );
  const ask = async () => {
    const reason = await confirm({
      title: t("remove.title", { name }),
      body: t("remove.body"),
      action: t("remove.action"),
      reasonLabel: t("reason"),
      isDestructive: true,
    });
    if (reason !== undefined) removal.mutate({ input: name, reason });
  };
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="shu"
      aria-label={t("remove.of", { name })}
      loading={removal.isPending}
      onClick={() => void ask()}
    >
      {t("remove.action")}
    </Button>
  );
}
