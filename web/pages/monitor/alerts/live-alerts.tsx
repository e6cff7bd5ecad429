import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { type AlertPage, type AlertRow, alertQuery, listAlerts } from "../../../api/alerts.ts";
import { isProblem } from "../../../api/client.ts";
import { LiveList } from "../../../live/live-list.tsx";
import { LIST, PAGE } from "./use-alerts.ts";
import type { AlertsState } from "./use-alerts-state.ts";

type LiveAlertsProps = {
  readonly state: AlertsState;
  readonly rows: readonly AlertRow[];
  readonly onShow: () => void;
};

/** The queue, kept true while somebody works in it. */
export function LiveAlerts({ state: { filter, sort, order }, rows, onShow }: LiveAlertsProps) {
  const queryClient = useQueryClient();
  return (
    <LiveList
      topic="alerts"
      rows={rows}
      peek={() => listAlerts({ ...filter, sort, order, limit: PAGE })}
      readOne={(id) =>
        queryClient.fetchQuery({ ...alertQuery(id), staleTime: 0 }).catch((error: unknown) => {
          if (isProblem(error, "not_found")) return undefined;
          throw error;
        })
      }
      replace={(now) =>
        queryClient.setQueriesData<InfiniteData<AlertPage>>(
          { queryKey: LIST },
          (data) =>
            data && {
              ...data,
              pages: data.pages.map((page) => ({ ...page, items: page.items.map((row) => now.get(row.id) ?? row) })),
            },
        )
      }
      onShow={onShow}
    />
  );
}
