import { ActionIcon, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type EntityAlerts, type EntityKind, entityAlertsQuery } from "../../../api/entities.ts";
import {
  type EventDetail,
  type EventRow,
  type SurroundingBy,
  type Surroundings,
  surroundingsQuery,
} from "../../../api/search.ts";
import { meQuery } from "../../../api/session.ts";
import { Severity } from "../../../parts/severity.tsx";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { BellIcon, LinkIcon, ShieldCheckIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./event-panel.module.css";
import type { SearchState } from "./use-search-state.ts";

const MINUTES = [5, 15, 60, 360, 1_440] as const;
const KIND: Readonly<Partial<Record<SurroundingBy, EntityKind>>> = {
  host: "host",
  account: "account",
  address: "address",
};

type AroundProps = { readonly event: EventDetail; readonly state: SearchState };

/** What else happened on the same host, by the same person or address, some minutes to either side, with the alerts of then. */
export function Around({ event, state }: AroundProps) {
  const { t } = useTranslation("search");
  const [by, setBy] = useState<SurroundingBy>("host");
  const [minutes, setMinutes] = useState(15);
  const { data, error } = useQuery(surroundingsQuery(event.id, event.time, { by, minutes }));
  return (
    <>
      <div className={classes.aroundTools}>
        {data ? (
          <Segments
            aria-label={t("event.aroundWhat")}
            value={data.by}
            onChange={setBy}
            data={data.choices.map((value) => ({ value, label: t(`event.by.${value}`) }))}
          />
        ) : null}
        <NativeSelect
          size="xs"
          aria-label={t("event.reach")}
          value={minutes}
          onChange={(change) => setMinutes(Number(change.currentTarget.value))}
          data={MINUTES.map((value) => ({ value: String(value), label: t(`event.minutes.${value}`) }))}
        />
      </div>
      {error ? <ProblemNote error={error} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data ? <Timeline data={data} minutes={minutes} state={state} /> : null}
    </>
  );
}

type Alert = EntityAlerts["items"][number];
type Entry = { readonly at: string; readonly row?: EventRow; readonly alert?: Alert };

function Timeline({ data, minutes, state }: { data: Surroundings; minutes: number; state: SearchState }) {
  const { t } = useTranslation("search");
  const alerts = useAlertsAround(data, minutes);
  const rows = [...data.before, data.event, ...data.after];
  const entries: Entry[] = [
    ...rows.map((row) => ({ at: row.time, row })),
    ...alerts.map((alert) => ({ at: alert.firstAt, alert })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return (
    <>
      <p className={classes.small}>
        {t(`event.aroundBy.${data.by}`)} <bdi>{visible(data.value, 80)}</bdi>
      </p>
      <Strip entries={entries} middle={data.event.time} minutes={minutes} />
      <ol className={classes.plain} aria-label={t("event.around")}>
        {entries.map((entry) =>
          entry.alert ? (
            <AlertLine key={entry.alert.id} alert={entry.alert} />
          ) : entry.row ? (
            <Neighbor key={entry.row.id} row={entry.row} isSelf={entry.row.id === data.event.id} state={state} />
          ) : null,
        )}
      </ol>
    </>
  );
}

/** Alerts that touch the same entity and began within the stretch that is shown. */
function useAlertsAround({ by, value, event }: Surroundings, minutes: number): readonly Alert[] {
  const kind = KIND[by];
  const { data: me } = useQuery(meQuery);
  const [from, to] = [-1, 1].map((side) => new Date(Date.parse(event.time) + side * minutes * 60_000).toISOString());
  const { data } = useQuery({
    ...entityAlertsQuery({ kind: kind ?? "host", value }, { ...(from && { from }), ...(to && { to }) }),
    enabled: kind !== undefined && me?.permissions.includes("alert:read") === true,
  });
  return (data?.items ?? []).filter(({ firstAt }) => from !== undefined && firstAt >= from);
}

const STRIP = { width: 600, height: 34 };

/** The same entries as marks on a line; the list below says them in words. */
function Strip({ entries, middle, minutes }: { entries: readonly Entry[]; middle: string; minutes: number }) {
  const reach = minutes * 60_000;
  const from = Date.parse(middle) - reach;
  const xOf = (at: string): number => ((Date.parse(at) - from) / (2 * reach)) * STRIP.width;
  return (
    <svg viewBox={`0 0 ${STRIP.width} ${STRIP.height}`} className={classes.strip} aria-hidden="true">
      <line x1={0} x2={STRIP.width} y1={24.5} y2={24.5} className={classes.stripBase} />
      <line x1={STRIP.width / 2} x2={STRIP.width / 2} y1={2} y2={32} className={classes.stripMiddle} />
      {entries.map(({ at, row, alert }) =>
        alert ? (
          <path key={alert.id} d={`M${xOf(at) - 5} 3h10l-5 9z`} style={{ fill: `var(--y-sev-${alert.severity})` }} />
        ) : (
          <line
            key={row?.id}
            x1={xOf(at)}
            x2={xOf(at)}
            y1={row && row.ruleIds.length > 0 ? 13 : 17}
            y2={24}
            className={row && row.ruleIds.length > 0 ? classes.stripDetected : classes.stripMark}
          />
        ),
      )}
    </svg>
  );
}

function AlertLine({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation("search");
  const titleOf = useRuleTitle();
  return (
    <li className={classes.alertLine}>
      <BellIcon size={14} role="img" aria-label={t("event.alert")} /> <Instant at={alert.firstAt} />{" "}
      <Severity level={alert.severity} isQuiet />{" "}
      <Link to="/alerts" search={{ alert: alert.id }}>
        {titleOf(alert.rule)}
      </Link>
    </li>
  );
}

type NeighborProps = { readonly row: EventRow; readonly isSelf: boolean; readonly state: SearchState };

function Neighbor({ row, isSelf, state }: NeighborProps) {
  const { t } = useTranslation("search");
  return (
    <li className={classes.neighbor} aria-current={isSelf || undefined}>
      {row.ruleIds.length > 0 ? (
        <ShieldCheckIcon size={14} className={classes.detected} role="img" aria-label={t("results.detected")} />
      ) : null}{" "}
      <SixSentence time={row.time} six={row.six} draw={plainAnswer} />{" "}
      {isSelf ? null : (
        <ActionIcon
          size={24}
          aria-label={t("event.open")}
          onClick={() => state.change({ event: row.id, at: row.time })}
        >
          <LinkIcon size={14} />
        </ActionIcon>
      )}
    </li>
  );
}
