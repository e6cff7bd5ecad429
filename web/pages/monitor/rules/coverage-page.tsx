import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type CoveredTechnique, coverageQuery } from "../../../api/rules.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./coverage.module.css";
import { CoverageMatrix } from "./coverage-matrix.tsx";
import { DaysChoice } from "./health-note.tsx";

/** What the rules see of an attack, tactic by tactic: as a matrix, and as a list of the same. */
export function CoveragePage() {
  const { t } = useTranslation("rules");
  const { days = "30", view } = useSearch({ from: "/frame/rules/coverage" });
  const navigate = useNavigate({ from: "/rules/coverage" });
  const { data, error, refetch } = useQuery(coverageQuery(days));
  const change = (next: { days?: string; view?: string | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...next }) });
  const layer = (
    <Button
      component="a"
      href={`/api/v1/rules/coverage/layer?days=${encodeURIComponent(days)}`}
      download
      variant="default"
    >
      {t("coverage.layer")}
    </Button>
  );
  return (
    <Page title={t("coverage.title")} lead={t("coverage.lead")} actions={layer}>
      <div className={classes.controls}>
        <Segments
          aria-label={t("coverage.view")}
          value={view === "list" ? "list" : "matrix"}
          onChange={(next) => change({ view: next === "list" ? "list" : undefined })}
          data={[
            { value: "matrix", label: t("coverage.matrix") },
            { value: "list", label: t("coverage.list") },
          ]}
        />
        <DaysChoice days={days} onDays={(next) => change({ days: next })} />
      </div>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data?.techniques.length === 0 ? <Empty title={t("coverage.empty")} /> : null}
      {data && data.techniques.length > 0 ? (
        <>
          {view === "list" ? <TechniqueList techniques={data.techniques} /> : <CoverageMatrix coverage={data} />}
          <p className={classes.small}>
            {data.untagged > 0
              ? t("coverage.untagged", { count: data.untagged, text: formatCount(data.untagged) })
              : null}{" "}
            {t("coverage.source")}
          </p>
        </>
      ) : null}
    </Page>
  );
}

const countOr = (count: number | null): string => (count === null ? "–" : formatCount(count));

function TechniqueList({ techniques }: { readonly techniques: readonly CoveredTechnique[] }) {
  const { t } = useTranslation(["rules", "monitor"]);
  const columns = useMemo((): readonly Column<CoveredTechnique>[] => {
    const figure = (id: "rules" | "enabled" | "canFire" | "detections"): Column<CoveredTechnique> => ({
      id,
      title: t(`rules:coverage.${id}`),
      isNumber: true,
      width: 96,
      cell: (one) => countOr(one[id]),
    });
    return [
      {
        id: "technique",
        title: t("rules:coverage.technique"),
        width: 160,
        cell: ({ id }) => (
          <>
            <Link to="/rules" search={{ technique: id }}>
              {id}
            </Link>{" "}
            <a
              href={`https://attack.mitre.org/techniques/${id.replace(".", "/")}/`}
              target="_blank"
              rel="noopener noreferrer"
              className={classes.mitre}
              aria-label={t("rules:coverage.mitre", { id })}
            >
              ↗
            </a>
          </>
        ),
      },
      {
        id: "tactics",
        title: t("rules:coverage.tactics"),
        cell: ({ tactics }) => tactics.map((one) => t(`monitor:tactic.${one}`, { defaultValue: one })).join(" / "),
      },
      figure("rules"),
      figure("enabled"),
      figure("canFire"),
      figure("detections"),
    ];
  }, [t]);
  return <DataTable label={t("rules:coverage.title")} rows={techniques} columns={columns} idOf={({ id }) => id} />;
}
