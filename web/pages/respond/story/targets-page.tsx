import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { type GraphNode, graphQuery } from "../../../api/story.ts";
import { FIELD_OF_KIND } from "../../../parts/entity-ref.ts";
import { Severity } from "../../../parts/severity.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import { useIncidentRange } from "../incident/incident-range.ts";
import { Basis } from "./basis.tsx";
import classes from "./graph.module.css";

export function TargetsPage() {
  return <IncidentFrame>{(incident) => <Targets incident={incident} />}</IncidentFrame>;
}

type Group = "assets" | "people" | "indicators";
const GROUPS: readonly Group[] = ["assets", "people", "indicators"];

/** Our machines and addresses are assets; what could be seen elsewhere too is an indicator. */
function groupOf({ kind, isOutside }: GraphNode): Group {
  if (kind === "user") return "people";
  return kind === "host" || (kind === "address" && !isOutside) ? "assets" : "indicators";
}

function Targets({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  const { data: graph, error, refetch } = useQuery(graphQuery(incident.id));
  const columns = useColumns(keyOf(incident));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!graph) return <RowsSkeleton rows={12} />;
  return (
    <>
      <p className={classes.small}>{t("targets.lead")}</p>
      <Basis basis={graph.basis} />
      {GROUPS.map((group) => {
        const nodes = graph.nodes.filter((node) => groupOf(node) === group);
        return (
          <Section key={group} title={t(`targets.${group}`)} aside={formatCount(countOf(nodes))}>
            {nodes.length === 0 ? (
              <p className={classes.small}>{t("targets.none")}</p>
            ) : (
              <DataTable label={t(`targets.${group}`)} rows={nodes} columns={columns} idOf={({ id }) => id} />
            )}
          </Section>
        );
      })}
    </>
  );
}

const countOf = (nodes: readonly GraphNode[]): number =>
  nodes.reduce((sum, { members }) => sum + (members?.count ?? 1), 0);

function useColumns(id: string): readonly Column<GraphNode>[] {
  const { t } = useTranslation("story");
  const range = useIncidentRange();
  return useMemo(
    (): readonly Column<GraphNode>[] => [
      {
        id: "severity",
        title: t("targets.severity"),
        width: 84,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      {
        id: "name",
        title: t("targets.name"),
        cell: ({ members, value, q, host, kind, firstAt }) =>
          members ? (
            t(`graph.others.${kind}`, { count: members.count, text: formatCount(members.count) })
          ) : (
            <>
              <Link to="/search" search={{ q, ...range }}>
                <bdi>{visible(value, 160)}</bdi>
              </Link>
              {host ? (
                <span className={classes.small}>
                  {" "}
                  <bdi>{visible(host)}</bdi>
                </span>
              ) : null}{" "}
              <ValueMenu field={FIELD_OF_KIND[kind] ?? kind} value={value} query={q} at={firstAt} size={24} />
            </>
          ),
      },
      { id: "kind", title: t("targets.kind"), width: 130, cell: ({ kind }) => t(`node.${kind}`) },
      {
        id: "alerts",
        title: t("targets.alerts"),
        width: 80,
        isNumber: true,
        cell: ({ alertIds }) => formatCount(alertIds.length),
      },
      {
        id: "events",
        title: t("targets.events"),
        width: 80,
        isNumber: true,
        cell: ({ events }) => formatCount(events),
      },
      {
        id: "first",
        title: t("targets.first"),
        width: 180,
        isMinor: true,
        cell: ({ firstAt }) => <Instant at={firstAt} />,
      },
      {
        id: "last",
        title: t("targets.last"),
        width: 180,
        isMinor: true,
        cell: ({ lastAt }) => <Instant at={lastAt} />,
      },
      {
        id: "graph",
        title: t("targets.graph"),
        width: 110,
        cell: (node) => (
          <Link to="/incidents/$id/graph" params={{ id }} search={{ node: node.id }}>
            {t("targets.graph")}
          </Link>
        ),
      },
    ],
    [t, id, range],
  );
}
