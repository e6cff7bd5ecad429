import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { TimeRange } from "../../../ui/time-range.tsx";
import { FieldList } from "./field-list.tsx";
import { EventHistogram } from "./histogram.tsx";
import { LiveResults } from "./live-results.tsx";
import { QueryBar, type QueryFault } from "./query-bar.tsx";
import { QueryNotes } from "./query-notes.tsx";
import { SavedSearches } from "./saved-searches.tsx";
import classes from "./search-page.module.css";
import { StoredResults } from "./stored-results.tsx";
import { useResults } from "./use-results.ts";
import { useSearchState } from "./use-search-state.ts";

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
