import { lazy, Suspense, useState } from "react";
import type { EventRow } from "../../../api/search.ts";
import { useKeys } from "../../../ui/keys.ts";
import classes from "./search-page.module.css";
import type { SearchState } from "./use-search-state.ts";

const EventPanel = lazy(() => import("./event-panel.tsx").then(({ EventPanel }) => ({ default: EventPanel })));

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
export function ResultsArea({ state, rows, tools, children }: AreaProps) {
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
