import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./data-table.module.css";
import { type DataTableProps, TableHead, TableRow } from "./data-table.tsx";
import { useDrawnRows } from "./use-drawn-rows.ts";

export type More = {
  readonly has: boolean;
  readonly isLoading: boolean;
  /** The last fetch failed: the next one waits for a person. */
  readonly isFailed: boolean;
  readonly load: () => void;
};

type VirtualTableProps<Row> = DataTableProps<Row> & {
  /** How many rows there are on the server, when it says so. */
  readonly total?: number | undefined;
  readonly more: More;
  /** About how high a row is, in pixels, until it was drawn and measured. */
  readonly rowHeight: number;
};

/** How many rows before its end the list asks for more. */
const AHEAD = 20;

/**
 * The same table for lists without an end: of the rows only those in sight are drawn, and more are fetched while scrolling.
 * It stays a real table; what is not drawn is empty space, and each row says which of all it is.
 */
export function VirtualTable<Row extends object>({ total, more, rowHeight, ...table }: VirtualTableProps<Row>) {
  const { t } = useTranslation("shell");
  const { rows, idOf } = table;
  const body = useRef<HTMLTableSectionElement>(null);
  const { drawn, spaceBelow, lastIndex, measure, hold } = useDrawnRows({
    body,
    ids: rows.map(idOf),
    activeId: table.activeId,
    rowHeight,
  });
  const isNearEnd = lastIndex >= rows.length - AHEAD;
  const { has, isLoading, isFailed, load } = more;
  useEffect(() => {
    if (isNearEnd && has && !isLoading && !isFailed) load();
  }, [isNearEnd, has, isLoading, isFailed, load]);
  return (
    <>
      <table
        className={classes.table}
        data-fixed
        aria-label={table.label}
        aria-rowcount={total === undefined ? (has ? -1 : rows.length + 1) : total + 1}
      >
        <TableHead {...table} index={1} />
        <tbody ref={body} onFocus={hold} onBlur={hold}>
          {drawn.flatMap(({ index, spaceAbove }) => {
            const row = rows[index];
            if (!row) return [];
            const space = spaceAbove > 0 ? [<Space key={`before ${index}`} height={spaceAbove} />] : [];
            return [...space, <TableRow key={idOf(row)} table={table} row={row} index={index} ref={measure} />];
          })}
          {spaceBelow > 0 ? <Space height={spaceBelow} /> : null}
        </tbody>
      </table>
      {has ? (
        <Button size="xs" variant="default" my="md" loading={isLoading} onClick={load}>
          {t("action.loadMore")}
        </Button>
      ) : null}
    </>
  );
}

const Space = ({ height }: { readonly height: number }) => (
  <tr aria-hidden>
    <td className={classes.space} style={{ height }} />
  </tr>
);
