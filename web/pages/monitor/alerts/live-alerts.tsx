import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { type AlertPage, type AlertRow, listAlerts } from "../../../api/alerts.ts";
import { LiveList } from "../../../live/live-list.tsx";
import { withRows } from "./rows.ts";
import { LIST, PAGE } from "./use-alerts.ts";
import type { AlertsState } from "./use-alerts-state.ts";

type LiveAlertsProps = {
  readonly state: AlertsState;
  readonly rows: readonly AlertRow[];
  readonly isWhole: boolean;
  readonly onShow: () => void;
};

/** The queue, kept true while somebody works in it. */
export function LiveAlerts({ state: { filter, sort, order, key }, rows, isWhole, onShow }: LiveAlertsProps) {
  const queryClient = useQueryClient();
  return (
    <LiveList
      topic="alerts"
      rows={rows}
      listKey={key}
      isWhole={isWhole}
      peek={() => listAlerts({ ...filter, sort, order, limit: PAGE })}
      readThese={async (ids) => (await listAlerts({ id: ids.join(","), limit: PAGE })).items}
      replace={(now) =>
        queryClient.setQueriesData<InfiniteData<AlertPage>>(
          { queryKey: LIST },
          (data) => data && withRows(data, (row) => now.get(row.id) ?? row),
        )
      }
      onShow={onShow}
    />
  );
}
