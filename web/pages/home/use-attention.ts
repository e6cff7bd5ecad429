import { useQuery } from "@tanstack/react-query";
import { alertCountsQuery } from "../../api/alerts.ts";
import { meQuery } from "../../api/session.ts";
import { sourcesQuery } from "../../api/sources.ts";
import { useUnit } from "../../app/shell/use-unit.ts";

/** Which of the things that could need somebody now really do. */
export function useAttention() {
  const { data: me } = useQuery(meQuery);
  const { subtree } = useUnit();
  const can = (permission: "alert:read" | "source:read" | "event:read") =>
    me?.permissions.includes(permission) === true;
  const counts = useQuery({ ...alertCountsQuery, enabled: can("alert:read") });
  const sources = useQuery({
    ...sourcesQuery({ unit: subtree, sort: "parse-failures", order: "desc", limit: 500 }),
    enabled: can("source:read"),
  });
  const open = (counts.data?.cells ?? []).filter(({ status, count }) => status === "open" && count > 0);
  const silent = (sources.data?.items ?? []).filter(
    ({ health, silence }) => health === "silent" || silence.state === "silent",
  );
  const failing = (sources.data?.items ?? []).filter(({ figures }) => (figures?.parseFailures ?? 0) > 0);
  return { can, me, counts, sources, open, silent, failing };
}
export type AttentionFacts = ReturnType<typeof useAttention>;
