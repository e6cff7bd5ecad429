import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import type { QueryValues } from "../../../api/client.ts";
import { type IncidentPage, type IncidentRow, listIncidents } from "../../../api/incidents.ts";
import { LiveList } from "../../../live/live-list.tsx";

type LiveIncidentsProps = {
  readonly query: QueryValues;
  readonly rows: readonly IncidentRow[];
  readonly isWhole: boolean;
  readonly onShow: () => void;
};

/** The list of incidents, kept true while somebody reads it. */
export function LiveIncidents({ query, rows, isWhole, onShow }: LiveIncidentsProps) {
  const queryClient = useQueryClient();
  return (
    <LiveList
      topic="incidents"
      rows={rows}
      peek={() => listIncidents({ ...query, limit: 100 })}
      listKey={JSON.stringify(query)}
      isWhole={isWhole}
      readThese={async (ids) => (await listIncidents({ id: ids.join(","), limit: 100 })).items}
      replace={(now) =>
        queryClient.setQueriesData<InfiniteData<IncidentPage>>(
          { queryKey: ["incidents", "list"] },
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
