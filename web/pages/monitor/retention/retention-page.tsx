import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type EffectivePolicy, type RetentionRow, type RetentionUnit, retentionQuery } from "../../../api/retention.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatBytes, formatCount } from "../../../ui/figures.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Deletions } from "./deletions.tsx";
import { Forecast } from "./forecast.tsx";
import { PolicyDialog, type PolicyTarget } from "./policy-dialog.tsx";
import classes from "./retention.module.css";

/** How long events are kept, what that will take, and what was deleted. */
export function RetentionPage() {
  const { t } = useTranslation("retention");
  const { data, error, refetch } = useQuery(retentionQuery);
  const [target, setTarget] = useState<PolicyTarget>();
  return (
    <Page title={t("title")} lead={t("lead")}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data ? (
        <>
          {data.isComplete ? null : <p className={classes.note}>{t("measuring")}</p>}
          <Forecast overview={data} />
          <Units units={data.units} onChange={setTarget} />
          <Sources rows={data.sources} onChange={setTarget} />
          <Deletions />
        </>
      ) : null}
      {target ? <PolicyDialog target={target} onClose={() => setTarget(undefined)} /> : null}
    </Page>
  );
}

function useMayWrite(): (unitId: string) => boolean {
  const { data: me } = useQuery(meQuery);
  return (unitId) => me?.units.find(({ id }) => id === unitId)?.permissions.includes("retention:write") ?? false;
}

type Change = { readonly onChange: (target: PolicyTarget) => void };

function Units({ units, onChange }: { readonly units: readonly RetentionUnit[] } & Change) {
  const { t } = useTranslation("retention");
  const { nameOf } = useUnit();
  const mayWrite = useMayWrite();
  const columns: readonly Column<RetentionUnit>[] = [
    { id: "unit", title: t("column.unit"), cell: ({ unitId }) => <strong>{nameOf(unitId)}</strong> },
    { id: "policy", title: t("column.policy"), cell: ({ effective }) => <Kept policy={effective} /> },
    {
      id: "events",
      title: t("column.events"),
      isNumber: true,
      width: 120,
      cell: ({ held }) => formatCount(held.events),
    },
    {
      id: "disk",
      title: t("column.disk"),
      isNumber: true,
      width: 110,
      cell: ({ held }) => formatBytes(held.diskBytes),
    },
    {
      id: "change",
      title: t("column.change"),
      width: 100,
      cell: ({ unitId, own }) =>
        mayWrite(unitId) ? (
          <ChangeButton
            name={nameOf(unitId)}
            onClick={() => onChange({ kind: "unit", id: unitId, name: nameOf(unitId), own })}
          />
        ) : null,
    },
  ];
  return (
    <Section title={t("units")}>
      <p className={classes.small}>{t("unitsLead")}</p>
      <DataTable label={t("units")} rows={units} columns={columns} idOf={({ unitId }) => unitId} />
    </Section>
  );
}

function Sources({ rows, onChange }: { readonly rows: readonly RetentionRow[] } & Change) {
  const { t } = useTranslation("retention");
  const { nameOf } = useUnit();
  const size = (bytes: number | null | undefined) =>
    bytes === null ? t("endless") : bytes === undefined ? "–" : formatBytes(bytes);
  const columns: readonly Column<RetentionRow>[] = [
    {
      id: "source",
      title: t("column.source"),
      cell: ({ source, unitId }) => (
        <>
          <strong>{source.name}</strong>
          <span className={classes.minor}>{nameOf(unitId)}</span>
        </>
      ),
    },
    { id: "policy", title: t("column.policy"), width: 200, cell: ({ effective }) => <Kept policy={effective} /> },
    { id: "events", title: t("column.events"), isNumber: true, cell: ({ held }) => formatCount(held.events) },
    {
      id: "raw",
      title: t("column.raw"),
      isNumber: true,
      isMinor: true,
      cell: ({ held }) => formatBytes(held.rawBytes),
    },
    { id: "disk", title: t("column.disk"), isNumber: true, cell: ({ held }) => formatBytes(held.diskBytes) },
    { id: "oldest", title: t("column.oldest"), width: 100, isMinor: true, cell: ({ held }) => held.oldestDay ?? "–" },
    {
      id: "growth",
      title: t("column.growth"),
      isNumber: true,
      isMinor: true,
      cell: ({ perDay }) => (perDay ? formatBytes(perDay.diskBytes) : t("learning")),
    },
    {
      id: "in30",
      title: t("days", { count: 30 }),
      isNumber: true,
      isWide: true,
      cell: ({ sizes }) => size(sizes?.in30),
    },
    {
      id: "in90",
      title: t("days", { count: 90 }),
      isNumber: true,
      isWide: true,
      cell: ({ sizes }) => size(sizes?.in90),
    },
    {
      id: "in365",
      title: t("days", { count: 365 }),
      isNumber: true,
      isWide: true,
      cell: ({ sizes }) => size(sizes?.in365),
    },
    {
      id: "steady",
      title: t("column.steady"),
      isNumber: true,
      isMinor: true,
      cell: ({ sizes }) => size(sizes?.steady),
    },
    {
      id: "change",
      title: t("column.change"),
      width: 100,
      cell: ({ source, unitId, own, mayChange }) =>
        mayChange ? (
          <ChangeButton
            name={source.name}
            onClick={() => onChange({ kind: "source", id: source.id, name: source.name, unitId, own })}
          />
        ) : null,
    },
  ];
  return (
    <Section title={t("sources")}>
      <p className={classes.small}>{t("sourcesLead")}</p>
      <DataTable
        label={t("sources")}
        rows={rows}
        columns={columns}
        idOf={({ source, unitId }) => `${source.id}/${unitId}`}
      />
    </Section>
  );
}

function ChangeButton({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  const { t } = useTranslation("retention");
  return (
    <Button size="compact-xs" variant="default" aria-label={t("changeOf", { name })} onClick={onClick}>
      {t("change")}
    </Button>
  );
}

/** How long, and whose policy says so. A hold goes before all. */
function Kept({ policy: { days, from, hold } }: { readonly policy: EffectivePolicy }) {
  const { t } = useTranslation("retention");
  const { nameOf } = useUnit();
  const whose =
    from === null
      ? t("from.nobody")
      : from.kind === "source"
        ? t("from.source")
        : t("from.unit", { name: nameOf(from.id) });
  if (hold)
    return (
      <>
        <span className={classes.hold}>{t("hold.is")}</span>
        <span className={classes.minor}>{hold.reason}</span>
      </>
    );
  return (
    <>
      {days === null ? t("forever") : t("days", { count: days })}
      <span className={classes.minor}>{whose}</span>
    </>
  );
}
