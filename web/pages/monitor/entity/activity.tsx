import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EntitySummary, EntityWindow } from "../../../api/entities.ts";
import { formatSpan } from "../../../ui/ago.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { useRangeLabel } from "../../../ui/time-range.tsx";
import { type Bucket, bucketRange, Timeline } from "../../../ui/timeline.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./entity.module.css";

const COLORS = ["var(--y-series-1)"];

/** Its events over the window, as bars and as a table; dragging over the bars narrows the window of the whole page. */
export function Activity({ summary, asked }: { readonly summary: EntitySummary; readonly asked: EntityWindow }) {
  const { t, i18n } = useTranslation("entities");
  const { zone } = useClock();
  const navigate = useNavigate();
  const rangeLabel = useRangeLabel();
  const { histogram, total } = summary;
  const columns = useMemo(
    (): readonly Column<Bucket>[] => [
      { id: "period", title: t("activity.period"), cell: (bucket) => bucketRange(bucket, zone) },
      { id: "events", title: t("activity.events"), isNumber: true, cell: (bucket) => formatCount(bucket.total) },
    ],
    [t, zone],
  );
  const describe = (bucket: Bucket) =>
    `${bucketRange(bucket, zone)}\n${t("activity.total", { count: bucket.total, text: formatCount(bucket.total) })}`;
  return (
    <Figure
      title={`${t("activity.title")} – ${rangeLabel(asked)}`}
      note={[
        t("activity.total", { count: total, text: formatCount(total) }),
        t("activity.perBar", { span: formatSpan(histogram.bucketMs, i18n.language) }),
      ].join(" · ")}
      chart={
        <Timeline
          label={t("activity.label")}
          buckets={histogram.buckets}
          colors={COLORS}
          zone={zone}
          describe={describe}
          onZoom={(from, to) => void navigate({ to: ".", search: (now) => ({ ...now, from, to }) })}
        />
      }
      table={
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        <section className={classes.twin} tabIndex={0} aria-label={t("activity.label")}>
          <DataTable
            label={t("activity.label")}
            rows={histogram.buckets.filter((bucket) => bucket.total > 0)}
            columns={columns}
            idOf={({ start }) => start}
          />
        </section>
      }
    />
  );
}
