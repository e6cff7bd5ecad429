import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { isProblem, type QueryValues } from "../../../api/client.ts";
import { type IncidentPage, type IncidentRow, incidentQuery, listIncidents } from "../../../api/incidents.ts";
import { LiveList } from "../../../live/live-list.tsx";

type LiveIncidentsProps = {
  readonly query: QueryValues;
  readonly rows: readonly IncidentRow[];
  readonly onShow: () => void;
};

/** The list of incidents, kept true while somebody reads it. */
export function LiveIncidents({ query, rows, onShow }: LiveIncidentsProps) {
  const queryClient = useQueryClient();
  return (
    <LiveList
      topic="incidents"
      rows={rows}
      peek={() => listIncidents({ ...query, limit: 100 })}
      readOne={(id) =>
        queryClient.fetchQuery({ ...incidentQuery(id), staleTime: 0 }).catch((error: unknown) => {
          if (isProblem(error, "not_found")) return undefined;
          throw error;
        })
      }
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
