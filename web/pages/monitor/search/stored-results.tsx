import { useTranslation } from "react-i18next";
import { MAX_ROWS, PAGE_ROWS } from "../../../api/search.ts";
import { formatCount } from "../../../ui/figures.ts";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { EmptyResults } from "./empty-results.tsx";
import { ResultTools } from "./result-tools.tsx";
import { ResultsArea } from "./results-area.tsx";
import { ResultsFooter } from "./results-footer.tsx";
import { ResultsTable } from "./results-table.tsx";
import type { useResults } from "./use-results.ts";
import type { SearchState } from "./use-search-state.ts";

type StoredProps = { readonly state: SearchState; readonly results: ReturnType<typeof useResults> };

/** What is kept and matches, batch by batch. */
export function StoredResults({ state, results }: StoredProps) {
  const { t } = useTranslation("search");
  const { rows, isPending, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage } = results;
  const note =
    rows.length >= MAX_ROWS || results.isCapped
      ? t("results.capped", { text: formatCount(MAX_ROWS) })
      : hasNextPage
        ? t("results.batch", { text: formatCount(PAGE_ROWS) })
        : t("results.all", { count: rows.length, text: formatCount(rows.length) });
  return (
    <ResultsArea state={state} rows={rows} tools={<ResultTools state={state} range={results.range} />}>
      {(active, setActive, open) =>
        isPending && !isPlaceholderData ? (
          <RowsSkeleton rows={16} />
        ) : rows.length === 0 ? (
          <EmptyResults state={state} />
        ) : (
          <ResultsTable
            rows={rows}
            state={state}
            active={active}
            onActive={setActive}
            onOpen={open}
            isStale={isPlaceholderData}
            footer={
              <ResultsFooter
                hasMore={hasNextPage}
                isLoading={isFetchingNextPage}
                onMore={() => void fetchNextPage()}
                note={note}
              />
            }
          />
        )
      }
    </ResultsArea>
  );
}
