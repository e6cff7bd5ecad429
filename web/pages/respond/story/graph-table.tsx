import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AttackGraph, GraphEdge } from "../../../api/story.ts";
import { Severity } from "../../../parts/severity.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./graph.module.css";
import { useNames } from "./names.ts";
import type { Playback } from "./use-playback.ts";

/** The same as the picture, in words: one row per relation, in the order it happened. */
export function RelationTable({ graph, play }: { readonly graph: AttackGraph; readonly play: Playback }) {
  const { t } = useTranslation("story");
  const columns = useColumns(graph, play.choose);
  const now = graph.edges[play.at - 1];
  return (
    <div className={classes.table}>
      <DataTable
        label={t("graph.list")}
        rows={graph.edges}
        columns={columns}
        idOf={({ id }) => id}
        openId={now?.id}
        onOpen={(edge) => play.go(graph.edges.indexOf(edge) + 1)}
      />
    </div>
  );
}

function useColumns(graph: AttackGraph, choose: Playback["choose"]): readonly Column<GraphEdge>[] {
  const { t } = useTranslation(["story", "monitor"]);
  const { nameOf, verbOf } = useNames(graph);
  return useMemo((): readonly Column<GraphEdge>[] => {
    const end = (id: string) => (
      <button type="button" className={classes.textButton} onClick={() => choose(id)}>
        <bdi>{nameOf(id)}</bdi>
      </button>
    );
    return [
      { id: "time", title: t("story:graph.time"), width: 190, cell: ({ firstAt }) => <Instant at={firstAt} /> },
      {
        id: "severity",
        title: t("story:graph.severity"),
        width: 84,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      { id: "from", title: t("story:graph.from"), cell: ({ from }) => end(from) },
      { id: "did", title: t("story:graph.did"), cell: ({ didWhat }) => verbOf(didWhat) },
      { id: "to", title: t("story:graph.to"), cell: ({ to }) => end(to) },
      {
        id: "step",
        title: t("story:graph.step"),
        width: 110,
        isMinor: true,
        cell: ({ step }) => (step ? t(`story:step.${step}`) : t("story:told.noStep")),
      },
      {
        id: "events",
        title: t("story:graph.events"),
        width: 90,
        isNumber: true,
        cell: ({ events, event }) => (
          <Link to="/search" search={{ event: event.id, at: event.time }}>
            {formatCount(events)}
          </Link>
        ),
      },
    ];
  }, [t, nameOf, verbOf, choose]);
}
