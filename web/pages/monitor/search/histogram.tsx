import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Histogram, type HistogramSplit, histogramQuery } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { isLevel } from "../../../parts/severity.tsx";
import { formatSpan } from "../../../ui/ago.ts";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { type Bucket, bucketRange, Timeline } from "../../../ui/timeline.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./search-page.module.css";
import type { SearchState } from "./use-search-state.ts";

const SERIES = [1, 2, 3, 4, 5].map((n) => `var(--y-series-${n})`);
const REST = "var(--y-series-6)";
const SPLITS: readonly HistogramSplit[] = ["none", "outcome", "level", "dataset", "unit"];

function colorOf(split: HistogramSplit, group: string, index: number): string {
  if (split === "level") return isLevel(group) ? `var(--y-sev-${group})` : REST;
  if (split === "outcome") return { success: SERIES[0], failure: SERIES[1] }[group] ?? REST;
  return group === "…other" ? REST : (SERIES[index] ?? REST);
}

export function EventHistogram({ state, run }: { readonly state: SearchState; readonly run: number }) {
  const { t, i18n } = useTranslation(["search", "monitor"]);
  const { scope, split, change } = state;
  const { data, error, refetch } = useQuery({ ...histogramQuery(scope, split, run), enabled: state.isValid });
  const name = useGroupName(split);
  const { zone } = useClock();
  const groups = data?.groups ?? [];
  const describe = (bucket: Bucket) =>
    [
      bucketRange(bucket, zone),
      t("search:histogram.count", { count: bucket.total, text: formatCount(bucket.total) }),
      ...(groups.length > 1
        ? groups.flatMap((group, i) => (bucket.counts[i] ? [`${name(group)}: ${formatCount(bucket.counts[i])}`] : []))
        : []),
    ].join("\n");
  return (
    <Figure
      title={
        data ? (
          <span aria-live="polite">
            {t("search:histogram.total", { count: data.total, text: formatCount(data.total) })}
            <span className={classes.perBar}>
              {t("monitor:chart.eventsPerBar", { span: formatSpan(data.bucketMs, i18n.language) })}
            </span>
          </span>
        ) : (
          t("search:histogram.loading")
        )
      }
      aside={
        <>
          {groups.length > 1 ? <Legend groups={groups} split={split} name={name} /> : null}
          <NativeSelect
            size="xs"
            aria-label={t("search:histogram.split")}
            value={split}
            onChange={(event) => {
              const next = event.currentTarget.value;
              change({ split: next === "none" ? undefined : next }, false);
            }}
            data={SPLITS.map((value) => ({ value, label: t(`search:split.${value}`) }))}
          />
        </>
      }
      chart={
        error ? (
          <ProblemNote error={error} onRetry={() => void refetch()} />
        ) : (
          <Timeline
            label={t("search:histogram.label")}
            buckets={data?.buckets ?? []}
            colors={groups.map((group, i) => colorOf(split, group, i))}
            zone={zone}
            describe={describe}
            onZoom={(from, to) => change({ from, to })}
          />
        )
      }
      table={data ? <HistogramTable data={data} name={name} onZoom={(from, to) => change({ from, to })} /> : undefined}
    />
  );
}

function useGroupName(split: HistogramSplit): (group: string) => string {
  const { t } = useTranslation(["search", "monitor"]);
  const { nameOf } = useUnit();
  return (group) => {
    if (group === "…other") return t("search:split.other");
    if (split === "level") return isLevel(group) ? t(`monitor:severity.${group}`) : t("search:split.undetected");
    if (group === "") return t("search:split.absent");
    if (split === "outcome") return t(`search:outcome.${group}`, { defaultValue: group });
    return split === "unit" ? nameOf(group) : group;
  };
}

type LegendProps = { groups: readonly string[]; split: HistogramSplit; name: (group: string) => string };

function Legend({ groups, split, name }: LegendProps) {
  return (
    <ul className={classes.legend}>
      {groups.map((group, i) => (
        <li key={group}>
          <span className={classes.swatch} style={{ background: colorOf(split, group, i) }} />
          {name(group)}
        </li>
      ))}
    </ul>
  );
}

type TableProps = {
  readonly data: Histogram;
  readonly name: (group: string) => string;
  readonly onZoom: (from: string, to: string) => void;
};

function HistogramTable({ data, name, onZoom }: TableProps) {
  const { t } = useTranslation("search");
  const { zone } = useClock();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section className={classes.twin} tabIndex={0} aria-label={t("histogram.label")}>
      <table className={classes.twinTable}>
        <thead>
          <tr>
            <th scope="col">{t("histogram.period")}</th>
            <th scope="col">{t("histogram.events")}</th>
            {data.groups.length > 1
              ? data.groups.map((group) => (
                  <th key={group} scope="col">
                    {name(group)}
                  </th>
                ))
              : null}
          </tr>
        </thead>
        <tbody>
          {data.buckets
            .filter(({ total }) => total > 0)
            .map((bucket) => (
              <tr key={bucket.start}>
                <th scope="row">
                  <button type="button" className={classes.textButton} onClick={() => onZoom(bucket.start, bucket.end)}>
                    {bucketRange(bucket, zone)}
                  </button>
                </th>
                <td>{formatCount(bucket.total)}</td>
                {data.groups.length > 1
                  ? bucket.counts.map((count, i) => <td key={data.groups[i]}>{formatCount(count)}</td>)
                  : null}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
