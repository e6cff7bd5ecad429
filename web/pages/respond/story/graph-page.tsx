import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { type AttackGraph, graphQuery } from "../../../api/story.ts";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import { Basis } from "./basis.tsx";
import classes from "./graph.module.css";
import { EntityPanel } from "./graph-panel.tsx";
import { GraphPicture } from "./graph-picture.tsx";
import { RelationTable } from "./graph-table.tsx";
import { PlayBar } from "./play-bar.tsx";
import { type Playback, usePlayback } from "./use-playback.ts";

export function GraphPage() {
  return <IncidentFrame>{(incident) => <Loaded incident={incident} />}</IncidentFrame>;
}

function Loaded({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  const { data: graph, error, refetch } = useQuery(graphQuery(incident.id));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!graph) return <RowsSkeleton rows={14} />;
  if (graph.edges.length === 0) return <Empty title={t("graph.empty")}>{t("graph.emptyHint")}</Empty>;
  return <Graph graph={graph} />;
}

function Graph({ graph }: { readonly graph: AttackGraph }) {
  const { t } = useTranslation("story");
  const play = usePlayback(graph.edges.length);
  const chosen = graph.nodes.find(({ id }) => id === play.node);
  return (
    <>
      <Section title={t("graph.title")} aside={t("graph.lead")}>
        <Basis basis={graph.basis} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys work wherever the focus is within the graph */}
        <div className={classes.stage} onKeyDown={(event) => onKey(event, play)}>
          <PlayBar graph={graph} play={play} />
          <div className={classes.beside} data-open={chosen ? true : undefined}>
            <GraphPicture graph={graph} play={play} />
            {chosen ? <EntityPanel graph={graph} node={chosen} play={play} /> : null}
          </div>
        </div>
        {graph.moreEdges > 0 ? (
          <p className={classes.small}>
            {t("graph.moreEdges", { count: graph.moreEdges, text: formatCount(graph.moreEdges) })}
          </p>
        ) : null}
      </Section>
      <Section title={t("graph.list")} aside={formatCount(graph.edges.length)}>
        <RelationTable graph={graph} play={play} />
      </Section>
    </>
  );
}

/** Fields and buttons keep the keys that are theirs. */
function onKey(event: React.KeyboardEvent, play: Playback): void {
  if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof Element ? event.target : undefined;
  const isField = target?.matches("input, select, textarea") === true;
  const isPressed = target?.closest("button, a, [role=button]") != null;
  const act = actOf(event.key, play, { isField, isPressed });
  if (!act) return;
  event.preventDefault();
  act();
}

type Focus = { readonly isField: boolean; readonly isPressed: boolean };

function actOf(key: string, play: Playback, { isField, isPressed }: Focus): (() => void) | undefined {
  if (key === "+" || key === "-") return () => faster(play, key === "+" ? 1 : -1);
  if (isField) return undefined;
  if (key === " ") return isPressed ? undefined : play.toggle;
  const to = { ArrowLeft: play.at - 1, ArrowRight: play.at + 1, Home: 0, End: play.all }[key];
  return to === undefined ? undefined : () => play.go(to);
}

function faster(play: Playback, by: 1 | -1): void {
  const speeds = ["0.5", "1", "2", "4"] as const;
  const next = speeds[speeds.indexOf(play.speed) + by];
  if (next) play.changeSpeed(next);
}
