import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AttackGraph } from "../../../api/story.ts";
import { formatInstant } from "../../../ui/clock.ts";
import { formatCount } from "../../../ui/figures.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./graph.module.css";
import { BOX, curveOf, fitted, layoutOf, type Placed } from "./layout.ts";
import { useNames } from "./names.ts";
import type { Playback } from "./use-playback.ts";

type PictureProps = { readonly graph: AttackGraph; readonly play: Playback };

/** What has happened up to now is drawn, what just happened stands out, the rest is faint in its place. */
export function GraphPicture({ graph, play }: PictureProps) {
  const { t } = useTranslation("story");
  const layout = useMemo(() => layoutOf(graph), [graph]);
  const touched = useMemo(
    () => new Set(graph.edges.slice(0, play.at).flatMap(({ from, to }) => [from, to])),
    [graph.edges, play.at],
  );
  const now = graph.edges[play.at - 1];
  const label = t("graph.picture", {
    entities: t("graph.entities", { count: graph.nodes.length, text: formatCount(graph.nodes.length) }),
    relations: t("graph.relations", { count: graph.edges.length, text: formatCount(graph.edges.length) }),
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture has no fieldset */}
      <svg width={layout.width} height={layout.height} role="group" aria-label={label} className={classes.picture}>
        <defs>
          <marker
            id="attack-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="9"
            markerHeight="9"
            orient="auto-start-reverse"
          >
            <path d="M0,0 L8,4 L0,8 z" className={classes.arrow} />
          </marker>
        </defs>
        {layout.columns.map(({ column, x }) => (
          <text key={column} x={x} y={BOX.margin + 8} className={classes.column}>
            {column === "outside" ? t("graph.outside") : t(`node.${column}`)}
          </text>
        ))}
        {graph.edges.map((edge, index) => {
          const [from, to] = [layout.placed.get(edge.from), layout.placed.get(edge.to)];
          if (!from || !to) return null;
          const isOf = play.node === edge.from || play.node === edge.to;
          const state = edge === now ? "now" : index < play.at ? "done" : "later";
          return (
            <path
              key={edge.id}
              d={curveOf(from, to)}
              className={classes.edge}
              data-state={state}
              data-of={isOf || undefined}
              markerEnd={state === "later" ? undefined : "url(#attack-arrow)"}
            />
          );
        })}
        {[...layout.placed.values()].map((one) => (
          <Node
            key={one.node.id}
            placed={one}
            graph={graph}
            play={play}
            isSeen={touched.has(one.node.id)}
            isNow={now?.from === one.node.id || now?.to === one.node.id}
          />
        ))}
      </svg>
    </section>
  );
}

type NodeProps = PictureProps & { readonly placed: Placed; readonly isSeen: boolean; readonly isNow: boolean };

function Node({ placed: { node, x, y }, graph, play, isSeen, isNow }: NodeProps) {
  const { t } = useTranslation(["story", "monitor"]);
  const { zone } = useClock();
  const { labelOf } = useNames(graph);
  const label = labelOf(node);
  const [kind, severity] = [t(`story:node.${node.kind}`), t(`monitor:severity.${node.severity}`)];
  const toggle = () => play.choose(play.node === node.id ? undefined : node.id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a shape of a picture cannot be a button element
    <g
      role="button"
      tabIndex={0}
      aria-pressed={play.node === node.id}
      className={classes.node}
      data-seen={isSeen || undefined}
      data-now={isNow || undefined}
      data-level={node.severity}
      data-chosen={play.node === node.id || undefined}
      transform={`translate(${x} ${y})`}
      onClick={toggle}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        toggle();
      }}
    >
      <title>{`${label}\n${kind} · ${severity}\n${formatInstant(node.firstAt, zone)}`}</title>
      <rect width={BOX.width} height={BOX.height} rx={3} className={classes.box} />
      <rect width={4} height={BOX.height} className={classes.level} />
      <text x={12} y={16} className={classes.label}>
        {fitted(label)}
      </text>
      <text x={12} y={31} className={classes.sub}>
        {kind} · {severity} · {formatCount(node.events)}
      </text>
    </g>
  );
}
