import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import type { AttackGraph, GraphNode } from "../../../api/story.ts";
import { formatCount } from "../../../ui/figures.ts";

/** What entities and deeds are called: a path by its last name, a cluster by what and how many it stands for. */
export function useNames(graph: AttackGraph) {
  const { t } = useTranslation(["story", "monitor"]);
  return useMemo(() => {
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const labelOf = (node: GraphNode): string =>
      node.members
        ? t(`story:graph.others.${node.kind}`, { count: node.members.count, text: formatCount(node.members.count) })
        : shortOf(node);
    return {
      labelOf,
      nameOf: (id: string): string => {
        const node = nodes.get(id);
        return node ? labelOf(node) : "";
      },
      verbOf: (didWhat: string): string =>
        didWhat === ""
          ? t("monitor:six.did")
          : (t(`monitor:action.${didWhat}`, { defaultValue: didWhat }).split("|")[0] ?? didWhat),
    };
  }, [graph.nodes, t]);
}

function shortOf({ kind, value }: GraphNode): string {
  const name = kind === "file" ? value.split(/[\\/]/).findLast((part) => part !== "") : value;
  return visible(name ?? value, 60);
}
