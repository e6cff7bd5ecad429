import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { urlOf } from "../../../api/client.ts";
import { coverageQuery } from "../../../api/rules.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./heat.module.css";
import { HeatTable } from "./heat-table.tsx";

const DAYS = ["7", "30", "90", "365"] as const;

/** What was detected over what is watched, tactic by tactic. The unit is the one chosen in the header. */
export function HeatPage() {
  const { t } = useTranslation(["story", "rules"]);
  const { days: asked } = useSearch({ from: "/frame/attack" });
  const navigate = useNavigate({ from: "/attack" });
  const { subtree, unit, nameOf } = useUnit();
  const days = DAYS.find((one) => one === asked) ?? "30";
  const { data, error, refetch } = useQuery(coverageQuery(days, subtree));
  return (
    <Page
      title={t("story:heat.title")}
      lead={t("story:heat.lead")}
      actions={
        <Button
          component="a"
          variant="default"
          href={urlOf("/api/v1/rules/coverage/layer", { days, unit: subtree })}
          download
        >
          {t("story:heat.layer")}
        </Button>
      }
    >
      <div className={classes.controls}>
        <Segments
          aria-label={t("story:heat.days")}
          value={days}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, days: next }) })}
          data={DAYS.map((value) => ({ value, label: t(`rules:days.${value}`) }))}
        />
        {unit === "" ? null : <span className={classes.small}>{t("story:heat.unit", { name: nameOf(unit) })}</span>}
      </div>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data?.techniques.length === 0 ? <Empty title={t("story:heat.empty")}>{t("story:heat.emptyHint")}</Empty> : null}
      {data && data.techniques.length > 0 ? <HeatTable coverage={data} /> : null}
    </Page>
  );
}
