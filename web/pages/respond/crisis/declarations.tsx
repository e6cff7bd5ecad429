import { useTranslation } from "react-i18next";
import type { Crisis, Declaration } from "../../../api/crisis.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./crisis.module.css";

/** Everything that was ever declared, newest first; what no longer counts says so. */
export function Declarations({ crisis }: { readonly crisis: Crisis }) {
  const { t } = useTranslation("crisis");
  if (crisis.declarations.length === 0) return <p className={classes.small}>{t("declarations.none")}</p>;
  const columns: readonly Column<Declaration>[] = [
    {
      id: "phase",
      title: t("column.phase"),
      cell: ({ phase, kind }) => (
        <>
          {t(`phase.${phase}`)}
          {kind === "declared" ? null : <span className={classes.minor}>{t(`kind.${kind}`)}</span>}
        </>
      ),
    },
    { id: "at", title: t("column.at"), width: 190, cell: ({ at }) => <Instant at={at} /> },
    { id: "by", title: t("column.by"), width: 140, cell: ({ actor }) => actor.name },
    {
      id: "written",
      title: t("column.written"),
      width: 190,
      isMinor: true,
      cell: ({ declaredAt }) => <Instant at={declaredAt} />,
    },
    {
      id: "note",
      title: t("column.note"),
      isWide: true,
      cell: ({ note }) => <span className={classes.prose}>{note}</span>,
    },
    {
      id: "counts",
      title: t("column.counts"),
      width: 110,
      cell: ({ isStanding }) => t(isStanding ? "declarations.counts" : "declarations.replaced"),
    },
  ];
  return (
    <DataTable
      label={t("declarations.title")}
      rows={crisis.declarations.toReversed()}
      columns={columns}
      idOf={({ number }) => String(number)}
    />
  );
}
