import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Crisis, Service } from "../../../api/crisis.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { AlertTriangleIcon, PlusIcon } from "../../../ui/icons.ts";
import classes from "./crisis.module.css";
import { formatDuration } from "./duration.ts";
import { ImpactDialog } from "./impact-dialog.tsx";
import { ServiceDialog } from "./service-dialog.tsx";

type ServicesProps = { readonly id: string; readonly crisis: Crisis; readonly mayWrite: boolean };
type Open = { readonly what: "impact" | "edit"; readonly serviceId: string } | { readonly what: "add" };

/** What is harmed, how much it bears, and how far it is beyond that. */
export function Services({ id, crisis, mayWrite }: ServicesProps) {
  const { t } = useTranslation("crisis");
  const [open, setOpen] = useState<Open>();
  const columns = useColumns(mayWrite, setOpen);
  const close = () => setOpen(undefined);
  const chosen = open && "serviceId" in open ? crisis.services.find((each) => each.id === open.serviceId) : undefined;
  return (
    <>
      {crisis.services.length === 0 ? (
        <p className={classes.small}>{t("services.none")}</p>
      ) : (
        <DataTable label={t("services.title")} rows={crisis.services} columns={columns} idOf={(each) => each.id} />
      )}
      {mayWrite ? (
        <div>
          <Button
            size="xs"
            variant="default"
            leftSection={<PlusIcon size={14} />}
            onClick={() => setOpen({ what: "add" })}
          >
            {t("services.add")}
          </Button>
        </div>
      ) : null}
      {open?.what === "add" ? <ServiceDialog id={id} service={undefined} onClose={close} /> : null}
      {open?.what === "edit" && chosen ? (
        <ServiceDialog key={chosen.id} id={id} service={chosen} onClose={close} />
      ) : null}
      {open?.what === "impact" && chosen ? (
        <ImpactDialog key={chosen.id} id={id} service={chosen} onClose={close} />
      ) : null}
    </>
  );
}

function useColumns(mayWrite: boolean, onOpen: (open: Open) => void): readonly Column<Service>[] {
  const { t } = useTranslation("crisis");
  const { nameOf } = useUnit();
  return [
    {
      id: "name",
      title: t("column.service"),
      cell: ({ name, unitId }) => (
        <>
          <strong>{name}</strong>
          <span className={classes.minor}>{nameOf(unitId)}</span>
        </>
      ),
    },
    {
      id: "now",
      title: t("column.now"),
      isNumber: true,
      width: 90,
      cell: ({ impacts }) => (impacts.length === 0 ? "–" : `${impacts.at(-1)?.level ?? 0}%`),
    },
    {
      id: "tolerance",
      title: t("column.tolerance"),
      isNumber: true,
      width: 150,
      cell: ({ tolerance, maxMinutes }) => (
        <>
          {tolerance}%
          <span className={classes.minor}>
            {maxMinutes === null
              ? t("services.noLimit")
              : t("services.upTo", { text: formatDuration(maxMinutes * 60_000, t) })}
          </span>
        </>
      ),
    },
    {
      id: "over",
      title: t("column.over"),
      width: 220,
      cell: ({ over, isBeyond }) => (
        <>
          {t("services.over", {
            area: formatCount(Math.round(over.area)),
            text: formatDuration(over.minutesOver * 60_000, t),
          })}
          {isBeyond ? (
            <span className={classes.beyondWord}>
              <AlertTriangleIcon size={14} aria-hidden /> {t("services.beyond")}
            </span>
          ) : null}
        </>
      ),
    },
    ...(mayWrite ? [actions(t, onOpen)] : []),
  ];
}

type T = ReturnType<typeof useTranslation<"crisis">>["t"];

const actions = (t: T, onOpen: (open: Open) => void): Column<Service> => ({
  id: "actions",
  title: t("column.actions"),
  width: 200,
  cell: ({ id: serviceId, name }) => (
    <span className={classes.buttons}>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t("services.impactOf", { name })}
        onClick={() => onOpen({ what: "impact", serviceId })}
      >
        {t("services.impact")}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={t("services.editOf", { name })}
        onClick={() => onOpen({ what: "edit", serviceId })}
      >
        {t("services.edit")}
      </Button>
    </span>
  ),
});
