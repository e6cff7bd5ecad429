import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import {
  type EventRow,
  exportUrl,
  MAX_EXPORT_ROWS,
  MAX_JSON_ROWS,
  MAX_PDF_ROWS,
  MAX_ROWS,
  PAGE_ROWS,
} from "../../../api/search.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { formatCount } from "../../../ui/figures.ts";
import { DownloadIcon, NotebookIcon, PlayerPauseIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { useKeys } from "../../../ui/keys.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { TimeRange } from "../../../ui/time-range.tsx";
import { EmptyResults } from "./empty-results.tsx";
import { FieldList } from "./field-list.tsx";
import { EventHistogram } from "./histogram.tsx";
import { QueryBar, type QueryFault } from "./query-bar.tsx";
import { QueryNotes } from "./query-notes.tsx";
import { ResultsFooter, ResultsTable } from "./results-table.tsx";
import { SavedSearches } from "./saved-searches.tsx";
import classes from "./search-page.module.css";
import { useResults } from "./use-results.ts";
import { joinColumns, type SearchState, useSearchState } from "./use-search-state.ts";
import { useTail } from "./use-tail.ts";

const EventPanel = lazy(() => import("./event-panel.tsx").then(({ EventPanel }) => ({ default: EventPanel })));

const AddToNotebook = lazy(() =>
  import("../../../parts/add-to-notebook.tsx").then((module) => ({ default: module.AddToNotebook })),
);

export function SearchPage() {
  const { t } = useTranslation("search");
  const state = useSearchState();
  const [run, setRun] = useState(0);
  const results = useResults(state, run);
  const fault = faultOf(results.error);
  return (
    <div className={classes.page}>
      <div className={classes.top}>
        <h1 className={classes.title}>{t("title")}</h1>
        <TimeRange
          from={state.scope.from}
          to={state.scope.to}
          onChange={({ from, to }) => state.change({ from, to: to === "now" ? undefined : to })}
        />
        <QueryBar state={state} onRun={() => setRun(run + 1)} fault={fault} />
        <SavedSearches state={state} />
      </div>
      <QueryNotes notes={results.notes} state={state} />
      {state.isLive ? null : <EventHistogram state={state} run={run} />}
      <div className={classes.lower}>
        {state.isLive ? null : <FieldList state={state} run={run} />}
        {!state.isValid ? null : state.isLive ? (
          <LiveResults state={state} />
        ) : results.error && !fault ? (
          <div className={classes.middle}>
            <ProblemNote error={results.error} onRetry={() => void results.refetch()} />
          </div>
        ) : (
          <StoredResults state={state} results={results} />
        )}
      </div>
    </div>
  );
}

/** Where the query stopped making sense, when that is what the server answered. */
function faultOf(error: unknown): QueryFault | undefined {
  if (!(error instanceof ApiProblem) || error.code !== "invalid") return undefined;
  const { position, code } = error.facts;
  return typeof position === "number" ? { position, code: String(code), message: error.message } : undefined;
}

type StoredProps = { readonly state: SearchState; readonly results: ReturnType<typeof useResults> };

function StoredResults({ state, results }: StoredProps) {
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

function LiveResults({ state }: { readonly state: SearchState }) {
  const { t } = useTranslation("search");
  const [isHeld, setHeld] = useState(false);
  const tail = useTail(state, isHeld);
  return (
    <ResultsArea
      state={state}
      rows={tail.rows}
      tools={
        <>
          <span className={classes.live} data-held={isHeld || undefined} role="status">
            {tail.end ? t(`live.end.${tail.end}`) : isHeld ? t("live.held") : t("live.on")}
            {tail.skipped > 0 ? ` · ${t("live.skipped", { text: formatCount(tail.skipped) })}` : ""}
          </span>
          <Button
            size="xs"
            variant="default"
            leftSection={isHeld ? <PlayerPlayIcon size={14} /> : <PlayerPauseIcon size={14} />}
            onClick={() => setHeld(!isHeld)}
          >
            {isHeld ? t("live.resume") : t("live.hold")}
          </Button>
          <ResultTools state={state} range={undefined} />
        </>
      }
    >
      {(active, setActive, open) =>
        tail.rows.length === 0 ? (
          <p className={classes.waiting}>{t("live.waiting")}</p>
        ) : (
          <ResultsTable
            rows={tail.rows}
            state={state}
            active={active}
            onActive={setActive}
            onOpen={open}
            isStale={false}
          />
        )
      }
    </ResultsArea>
  );
}

type AreaProps = {
  readonly state: SearchState;
  readonly rows: readonly EventRow[];
  readonly tools: React.ReactNode;
  readonly children: (
    active: number,
    setActive: (index: number) => void,
    open: (row: EventRow) => void,
  ) => React.ReactNode;
};

/** The list and, beside it, the event that is open; j and k walk through both. */
function ResultsArea({ state, rows, tools, children }: AreaProps) {
  const [marked, setMarked] = useState<string>();
  const { openEvent } = state;
  const found = rows.findIndex(({ id }) => id === (openEvent ?? marked));
  const show = (row: EventRow | undefined) => {
    if (row) state.change({ event: row.id, at: row.time }, false);
  };
  const step = (by: 1 | -1) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, found + by))];
    if (!next) return;
    setMarked(next.id);
    if (openEvent) show(next);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    arrowdown: () => step(1),
    arrowup: () => step(-1),
    d: () => show(rows[found]),
    // Enter on a button or link is that button's or link's own.
    enter: (event) => {
      if (event.target instanceof HTMLElement && event.target.closest("button, a, [role=slider]")) return false;
      show(rows[found]);
    },
  });
  return (
    <>
      <div className={classes.middle}>
        <div className={classes.tools}>{tools}</div>
        {children(found, (index) => setMarked(rows[index]?.id), show)}
      </div>
      {openEvent ? (
        <Suspense>
          <EventPanel
            id={openEvent}
            time={state.openAt}
            state={state}
            onStep={step}
            onClose={() => {
              setMarked(openEvent);
              state.change({ event: undefined, at: undefined }, false);
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

type ToolsProps = { readonly state: SearchState; readonly range: { from: string; to: string } | undefined };

function ResultTools({ state, range }: ToolsProps) {
  const { t } = useTranslation("search");
  const { scope, columns, sort, view, isLive, change } = state;
  const exportOf = (format: "csv" | "ndjson" | "json" | "pdf") =>
    exportUrl({
      language: currentLanguage(),
      ...scope,
      ...(range ?? {}),
      columns: joinColumns(columns),
      format,
      sort: sort === "time:asc" ? sort : "time:desc",
    });
  return (
    <>
      <Segments
        aria-label={t("view.label")}
        value={view}
        onChange={(next) => change({ view: next === "table" ? undefined : next }, false)}
        data={[
          { value: "table", label: t("view.table") },
          { value: "sentence", label: t("view.sentence") },
        ]}
      />
      <Button
        size="xs"
        variant={isLive ? "filled" : "default"}
        aria-pressed={isLive}
        onClick={() => change({ live: isLive ? undefined : "on", event: undefined, at: undefined })}
      >
        {t("live.toggle")}
      </Button>
      {isLive ? null : <NoteDown state={state} range={range} />}
      {isLive ? null : (
        <LateMenu
          position="bottom-end"
          button={
            <Button size="xs" variant="default" leftSection={<DownloadIcon size={14} />}>
              {t("export.title")}
            </Button>
          }
        >
          {(Menu) => (
            <>
              <Menu.Label>{t("export.cut")}</Menu.Label>
              <Menu.Item component="a" href={exportOf("csv")} download>
                {t("export.csv")} {t("export.limit", { text: formatCount(MAX_EXPORT_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("ndjson")} download>
                {t("export.ndjson")} {t("export.limit", { text: formatCount(MAX_EXPORT_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("json")} download>
                {t("export.json")} {t("export.limit", { text: formatCount(MAX_JSON_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("pdf")} download>
                {t("export.pdf")} {t("export.limit", { text: formatCount(MAX_PDF_ROWS) })}
              </Menu.Item>
            </>
          )}
        </LateMenu>
      )}
    </>
  );
}

/** Puts this search, with the window that its answer was about, into a notebook. */
function NoteDown({ state, range }: ToolsProps) {
  const { t } = useTranslation("monitor");
  const [isAdding, setAdding] = useState(false);
  const { data: me } = useQuery(meQuery);
  if (!me?.permissions.includes("incident:write")) return null;
  const { q, from, to, unit, tz } = state.scope;
  return (
    <>
      <Button size="xs" variant="default" leftSection={<NotebookIcon size={14} />} onClick={() => setAdding(true)}>
        {t("value.note")}
      </Button>
      {isAdding ? (
        <Suspense>
          <AddToNotebook
            cell={{
              kind: "query",
              body: q,
              settings: { from, to, unit, tz, ...range, columns: [...state.columns] },
            }}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
