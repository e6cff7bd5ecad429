import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { LiveTopic } from "../../src/respond/live/contract.ts";
import classes from "./live.module.css";
import { useLiveStatus } from "./status.ts";
import { useLive } from "./use-live.ts";

/** What is asked for again when something of a topic changed. Lists that people work in have pills instead. */
const FRESH: Readonly<Record<LiveTopic, readonly QueryKey[]>> = {
  alerts: [["alerts"], ["funnel"], ["dashboards"]],
  incidents: [["incidents"], ["funnel"], ["kill-chain"], ["dashboards"]],
  incident: [["incidents"]],
  duties: [["duties"], ["incidents"]],
  sources: [["sources"]],
  notifications: [["notifications"]],
};
const TOPICS = Object.keys(FRESH) as LiveTopic[];
/** Rows would move under the reader's hand: these pages show how many are new, and wait. */
const HELD = new Set(["alerts list", "incidents list"]);

/** Keeps what every page shows fresh, and says whether it is. */
export function LiveRefresh() {
  const { t, ready } = useTranslation("live");
  const queryClient = useQueryClient();
  const status = useLiveStatus();
  useLive({
    topics: TOPICS,
    // Some of these count over everything that there is.
    pauseMs: 4_000,
    onChange: (changed) => {
      for (const queryKey of new Set([...changed.keys()].flatMap((topic) => FRESH[topic])))
        void queryClient.invalidateQueries({
          queryKey,
          predicate: ({ queryKey: [area, part] }) => !HELD.has(`${area} ${part}`),
        });
    },
  });
  if (!ready) return null;
  return (
    <p className={classes.status} data-status={status} title={t(`hint.${status}`)}>
      <span className={classes.dot} aria-hidden />
      {t(`status.${status}`)}
    </p>
  );
}
