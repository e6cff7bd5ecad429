import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { archiveUnit, moveUnit, restoreUnit, type Unit, unitsQuery } from "../../../api/organization.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { DotsIcon, PlusIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { MoveDialog } from "./move-dialog.tsx";
import { UnitDialog, type UnitEdit } from "./unit-dialog.tsx";
import classes from "./units.module.css";

export function UnitsPage() {
  const { t } = useTranslation("organization");
  const search = useSearch({ from: "/frame/units" });
  const navigate = useNavigate({ from: "/units" });
  const withArchived = search.archived === "yes";
  const { data, error, refetch } = useQuery(unitsQuery(withArchived ? "include" : "exclude"));
  const { data: me } = useQuery(meQuery);
  const [edit, setEdit] = useState<UnitEdit>();
  const [moved, setMoved] = useState<Unit>();
  const writable = useMemo(
    () => new Set(me?.units.filter(({ permissions }) => permissions.includes("unit:write")).map(({ id }) => id)),
    [me],
  );
  const columns = useColumns(writable, setEdit, setMoved);
  const parent = data?.items.find(({ id }) => writable.has(id));
  return (
    <Page
      title={t("units.title")}
      lead={t("units.lead")}
      actions={
        <>
          <Switch
            size="sm"
            label={t("units.showArchived")}
            checked={withArchived}
            onChange={(event) =>
              void navigate({
                search: (now) => ({ ...now, archived: event.currentTarget.checked ? "yes" : undefined }),
              })
            }
          />
          {parent ? (
            <Button
              leftSection={<PlusIcon size={16} />}
              onClick={() => setEdit({ kind: "create", parentId: parent.id })}
            >
              {t("units.add")}
            </Button>
          ) : null}
        </>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data ? <DataTable label={t("units.title")} rows={data.items} columns={columns} idOf={({ id }) => id} /> : null}
      {edit && data ? <UnitDialog edit={edit} units={data.items} onClose={() => setEdit(undefined)} /> : null}
      {moved && data ? <MoveUnit unit={moved} units={data.items} onClose={() => setMoved(undefined)} /> : null}
    </Page>
  );
}

export const unitName = ({ name }: Pick<Unit, "name">): string => name[currentLanguage()] || name.ja || name.en;

function useColumns(
  writable: ReadonlySet<string>,
  onEdit: (edit: UnitEdit) => void,
  onMove: (unit: Unit) => void,
): readonly Column<Unit>[] {
  const { t } = useTranslation("organization");
  return useMemo(
    (): readonly Column<Unit>[] => [
      {
        id: "name",
        title: t("units.column.name"),
        cell: (unit) => (
          <span className={classes.unit} style={{ paddingInlineStart: (unit.path.length - 1) * 22 }}>
            <strong data-archived={unit.archivedAt ? true : undefined}>{unitName(unit)}</strong>
            {unit.name.ja === unit.name.en ? null : (
              <span className={classes.other}>{currentLanguage() === "ja" ? unit.name.en : unit.name.ja}</span>
            )}
          </span>
        ),
      },
      {
        id: "kind",
        title: t("units.column.kind"),
        width: 140,
        cell: ({ kind, archivedAt }) => (
          <>
            {t(`unitKind.${kind}`)}
            {archivedAt ? ` · ${t("units.archived")}` : ""}
          </>
        ),
      },
      { id: "country", title: t("units.column.country"), width: 90, isMinor: true, cell: ({ country }) => country },
      { id: "zone", title: t("units.column.timeZone"), width: 150, isMinor: true, cell: ({ timeZone }) => timeZone },
      {
        id: "links",
        title: t("units.column.people"),
        width: 110,
        cell: ({ id }) => (
          <Link to="/people" search={{ unit: id }}>
            {t("units.seePeople")}
          </Link>
        ),
      },
      {
        id: "actions",
        title: t("column.actions"),
        width: 64,
        cell: (unit) => (writable.has(unit.id) ? <UnitMenu unit={unit} onEdit={onEdit} onMove={onMove} /> : null),
      },
    ],
    [t, writable, onEdit, onMove],
  );
}

type MenuProps = {
  readonly unit: Unit;
  readonly onEdit: (edit: UnitEdit) => void;
  readonly onMove: (unit: Unit) => void;
};

function UnitMenu({ unit, onEdit, onMove }: MenuProps) {
  const { t } = useTranslation(["organization", "shell"]);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const refresh = async () => {
    await queryClient.invalidateQueries({ queryKey: ["units"] });
    await queryClient.invalidateQueries({ queryKey: ["me"] });
  };
  const restore = useMutation({
    mutationFn: () => restoreUnit(unit.id),
    onSuccess: async () => {
      await refresh();
      toastDone(t("organization:units.restored", { name: unitName(unit) }));
    },
    onError: toastProblem,
  });
  const archive = useMutation({
    mutationFn: () => archiveUnit(unit.id),
    onSuccess: async () => {
      await refresh();
      toastDone(t("organization:units.archiveDone", { name: unitName(unit) }), {
        label: t("shell:action.undo"),
        act: () => restore.mutate(),
      });
    },
    onError: toastProblem,
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("organization:units.archiveTitle", { name: unitName(unit) }),
      body: t("organization:units.archiveBody"),
      action: t("organization:units.archive"),
    });
    if (answer !== undefined) archive.mutate();
  };
  return (
    <LateMenu
      position="bottom-end"
      button={
        <Button size="compact-sm" variant="subtle" aria-label={t("organization:actionsOf", { name: unitName(unit) })}>
          <DotsIcon size={16} />
        </Button>
      }
    >
      {(Menu) => (
        <>
          {unit.archivedAt ? (
            <Menu.Item onClick={() => restore.mutate()}>{t("organization:units.restore")}</Menu.Item>
          ) : (
            <>
              <Menu.Item onClick={() => onEdit({ kind: "create", parentId: unit.id })}>
                {t("organization:units.addBelow")}
              </Menu.Item>
              <Menu.Item onClick={() => onEdit({ kind: "update", unit })}>{t("organization:units.edit")}</Menu.Item>
              {unit.parentId === null ? null : (
                <>
                  <Menu.Item onClick={() => onMove(unit)}>{t("organization:units.move")}</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item color="shu" onClick={() => void ask()}>
                    {t("organization:units.archive")}
                  </Menu.Item>
                </>
              )}
            </>
          )}
        </>
      )}
    </LateMenu>
  );
}

function MoveUnit({ unit, units, onClose }: { unit: Unit; units: readonly Unit[]; onClose: () => void }) {
  const { t } = useTranslation(["organization", "shell"]);
  const queryClient = useQueryClient();
  const move = useMutation({
    mutationFn: (parentId: string) => moveUnit(unit.id, parentId),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["units"] });
      await queryClient.invalidateQueries({ queryKey: ["me"] });
      const former = unit.parentId;
      toastDone(
        t("organization:units.moved", { name: unitName(unit) }),
        former === null
          ? undefined
          : {
              label: t("shell:action.undo"),
              act: () =>
                void moveUnit(unit.id, former).then(() => queryClient.invalidateQueries({ queryKey: ["units"] })),
            },
      );
    },
  });
  // A unit cannot stand under itself or under what stands under it.
  const targets = units.filter(({ path, archivedAt }) => !path.includes(unit.id) && archivedAt === null);
  return (
    <MoveDialog
      title={t("organization:units.moveTitle", { name: unitName(unit) })}
      targets={targets}
      current={unit.parentId ?? ""}
      error={move.error}
      isPending={move.isPending}
      onMove={(parentId) => move.mutate(parentId)}
      onClose={onClose}
    />
  );
}
