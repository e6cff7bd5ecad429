import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { addFilter } from "../../../../src/monitor/search/language/filter.ts";
import type { EventRow } from "../../../api/search.ts";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { formatRowInstant } from "../../../ui/clock.ts";
import { AlertTriangleIcon, ShieldCheckIcon } from "../../../ui/icons.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import { cellValue, useCellText } from "./cell.tsx";
import classes from "./results-table.module.css";
import type { SearchState } from "./use-search-state.ts";

type RowProps = {
  readonly row: EventRow;
  readonly index: number;
  readonly state: SearchState;
  readonly isActive: boolean;
  readonly style: React.CSSProperties;
  readonly onClick: () => void;
};

/** One event, as columns or as a sentence. */
export function Row({ row, index, state, isActive, style, onClick }: RowProps) {
  const { zone } = useClock();
  const cellText = useCellText();
  const { t } = useTranslation("search");
  // The menus of values are there for the row that one is at: for all rows they would be hundreds. One that was opened stays.
  const [isNear, setNear] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const hasMenus = isActive || isNear || isHeld;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter and d open the active row for the whole page
    <div
      role="row"
      id={`event-${row.id}`}
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={row.id === state.openEvent}
      data-active={isActive || undefined}
      style={style}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onClick={(event) => {
        // What a menu or dialog of the row draws lies elsewhere on the page; its clicks are its own.
        const { target, currentTarget } = event;
        if (target instanceof Element && currentTarget.contains(target) && !target.closest("button, a")) onClick();
      }}
    >
      <Cell>
        {row.ruleIds.length > 0 ? (
          <ShieldCheckIcon size={15} className={classes.detected} role="img" aria-label={t("results.detected")} />
        ) : row.problem !== "" ? (
          <AlertTriangleIcon size={15} className={classes.problem} role="img" aria-label={t("results.problem")} />
        ) : null}
      </Cell>
      {state.view === "sentence" ? (
        <Cell>
          <span className={classes.sentence}>
            <SixSentence time={row.time} six={row.six} draw={plainAnswer} />
            <span className={classes.dataset}>{row.dataset || t("results.unparsed")}</span>
          </span>
        </Cell>
      ) : (
        <>
          <Cell>
            <time dateTime={row.time}>{formatRowInstant(row.time, zone)}</time>
          </Cell>
          {state.columns.map((name) => {
            const value = cellValue(row, name);
            return (
              <Cell
                key={name}
                title={value === undefined ? undefined : String(value)}
                menu={
                  hasMenus && value !== undefined ? (
                    <ValueMenu
                      field={name}
                      value={value}
                      at={row.time}
                      size={20}
                      onOpen={() => setHeld(true)}
                      onFilter={(negate) => state.change({ q: addFilter(state.scope.q, name, value, negate) })}
                    />
                  ) : null
                }
              >
                {cellText(name, value)}
              </Cell>
            );
          })}
        </>
      )}
    </div>
  );
}

type CellProps = {
  readonly title?: string | undefined;
  readonly menu?: ReactNode;
  readonly children: ReactNode;
};

function Cell({ title, menu, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    <div role="gridcell" className={classes.cell} title={title} data-menu={menu ? true : undefined}>
      {menu ? (
        <>
          <span className={classes.cellText}>{children}</span>
          <span className={classes.cellMenu}>{menu}</span>
        </>
      ) : (
        children
      )}
    </div>
  );
}
