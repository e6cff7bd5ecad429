import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import type { AttackGraph, GraphNode } from "../../../api/story.ts";
import { FIELD_OF_KIND } from "../../../parts/entity-ref.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./graph.module.css";
import { useNames } from "./names.ts";
import type { Playback } from "./use-playback.ts";

type PanelProps = { readonly graph: AttackGraph; readonly node: GraphNode; readonly play: Playback };
const RELATIONS = 30;

/** All of one entity beside the graph, which stays as it is. */
export function EntityPanel({ graph, node, play }: PanelProps) {
  const { t } = useTranslation("story");
  const { labelOf } = useNames(graph);
  const label = labelOf(node);
  return (
    <div className={classes.panel}>
      <SidePanel
        label={t("panel.title")}
        title={<bdi>{label}</bdi>}
        subject={node.id}
        onClose={() => play.choose(undefined)}
        actions={node.members ? null : <CopyIconButton text={node.value} label={t("panel.copy")} />}
      >
        <div className={classes.facts}>
          <Facts node={node} />
          {node.members ? <Members members={node.members} /> : <Searches node={node} />}
          <Alerts graph={graph} node={node} />
          <Relations graph={graph} node={node} play={play} />
        </div>
      </SidePanel>
    </div>
  );
}

function Facts({ node }: { readonly node: GraphNode }) {
  const { t } = useTranslation("story");
  return (
    <dl className={classes.list}>
      <dt>{t("panel.kind")}</dt>
      <dd>
        {t(`node.${node.kind}`)} <Severity level={node.severity} isQuiet />
      </dd>
      {node.host ? (
        <>
          <dt>{t("panel.onHost")}</dt>
          <dd>
            <bdi>{visible(node.host)}</bdi>
          </dd>
        </>
      ) : null}
      <dt>{t("panel.first")}</dt>
      <dd>
        <Instant at={node.firstAt} />
      </dd>
      <dt>{t("panel.last")}</dt>
      <dd>
        <Instant at={node.lastAt} />
      </dd>
      <dt>{t("panel.events")}</dt>
      <dd>{formatCount(node.events)}</dd>
      {node.isOutside ? <dd className={classes.whole}>{t("panel.outside")}</dd> : null}
      {node.members ? null : (
        <dd className={classes.whole}>
          <bdi>{visible(node.value, 400)}</bdi>
        </dd>
      )}
    </dl>
  );
}

function Searches({ node }: { readonly node: GraphNode }) {
  const { t } = useTranslation("story");
  return (
    <p className={classes.ways}>
      <Link to="/search" search={{ q: node.q, from: node.firstAt, to: afterOf(node.lastAt) }}>
        {t("panel.searchThen")}
      </Link>
      <Link to="/search" search={{ q: node.q, from: "now-30d" }}>
        {t("panel.search")}
      </Link>
      <ValueMenu field={FIELD_OF_KIND[node.kind] ?? node.kind} value={node.value} query={node.q} at={node.firstAt} />
    </p>
  );
}

/** A search ends before its end. */
const afterOf = (at: string): string => new Date(Date.parse(at) + 1_000).toISOString();

function Members({ members }: { readonly members: NonNullable<GraphNode["members"]> }) {
  const { t } = useTranslation("story");
  const more = members.count - members.names.length;
  return (
    <section>
      <h3 className={classes.heading}>{t("panel.members")}</h3>
      <ul className={classes.plain}>
        {members.names.map((name) => (
          <li key={name}>
            <bdi>{visible(name, 200)}</bdi>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className={classes.small}>{t("panel.moreMembers", { text: formatCount(more) })}</p> : null}
    </section>
  );
}

function Alerts({ graph, node }: Omit<PanelProps, "play">) {
  const { t } = useTranslation("story");
  const titleOf = useRuleTitle();
  const alerts = graph.alerts.filter(({ id }) => node.alertIds.includes(id));
  return (
    <section>
      <h3 className={classes.heading}>{t("panel.alerts")}</h3>
      <ul className={classes.plain}>
        {alerts.map(({ id, rule, severity }) => (
          <li key={id}>
            <Severity level={severity} isQuiet />{" "}
            <Link to="/alerts" search={{ alert: id, status: "open,in-progress,closed" }}>
              {titleOf(rule)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Relations({ graph, node, play }: PanelProps) {
  const { t } = useTranslation("story");
  const { nameOf, verbOf } = useNames(graph);
  const edges = graph.edges
    .map((edge, index) => ({ edge, index }))
    .filter(({ edge: { from, to } }) => from === node.id || to === node.id);
  return (
    <section>
      <h3 className={classes.heading}>{t("panel.relations")}</h3>
      <ul className={classes.plain}>
        {edges.slice(0, RELATIONS).map(({ edge, index }) => (
          <li key={edge.id}>
            <bdi>{t("graph.now", { from: nameOf(edge.from), to: nameOf(edge.to), verb: verbOf(edge.didWhat) })}</bdi>{" "}
            <button type="button" className={classes.textButton} onClick={() => play.go(index + 1)}>
              {t("panel.showAt")}
            </button>
          </li>
        ))}
      </ul>
      {edges.length > RELATIONS ? (
        <p className={classes.small}>{t("panel.moreMembers", { text: formatCount(edges.length - RELATIONS) })}</p>
      ) : null}
    </section>
  );
}
