import { Checkbox } from "@mantine/core";
import type { ReactNode, Ref } from "react";
import classes from "./data-table.module.css";
import { ArrowDownIcon, ArrowUpIcon } from "./icons.ts";

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** The name to sort by; absent = not sortable. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  readonly width?: string | number;
  /** Left out on narrow screens. */
  readonly isMinor?: boolean;
  /** Left out where even fewer columns fit, such as on a phone. */
  readonly isWide?: boolean;
};

export type Sorting = { readonly by: string; readonly order: "asc" | "desc"; readonly onSort: (by: string) => void };
export type Selection = {
  readonly ids: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly onToggleAll: () => void;
  readonly allLabel: string;
  readonly rowLabel: (id: string) => string;
};

export type DataTableProps<Row> = {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  readonly sorting?: Sorting | undefined;
  readonly selection?: Selection | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly activeId?: string | undefined;
  readonly openId?: string | undefined;
};

/** A list as a real table: thin rules, tabular figures, the head stays in sight. Long lists: `virtual-table.tsx`. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  return (
    <table className={classes.table} aria-label={props.label}>
      <TableHead {...props} />
      <tbody>
        {props.rows.map((row) => (
          <TableRow key={props.idOf(row)} table={props} row={row} />
        ))}
      </tbody>
    </table>
  );
}

type HeadProps<Row> = Pick<DataTableProps<Row>, "rows" | "columns" | "idOf" | "sorting" | "selection"> & {
  /** Where the head stands in a list of which only a part is drawn. */
  readonly index?: number;
};

export function TableHead<Row>({ rows, columns, idOf, sorting, selection, index }: HeadProps<Row>) {
  const isAll = rows.length > 0 && rows.every((row) => selection?.ids.has(idOf(row)));
  return (
    <thead className={classes.head}>
      <tr aria-rowindex={index}>
        {selection ? (
          <th className={classes.check}>
            <Checkbox
              size="xs"
              aria-label={selection.allLabel}
              checked={isAll}
              indeterminate={selection.ids.size > 0 && !isAll}
              onChange={selection.onToggleAll}
            />
          </th>
        ) : null}
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sorting={sorting} />
        ))}
      </tr>
    </thead>
  );
}

type RowProps<Row> = {
  readonly table: DataTableProps<Row>;
  readonly row: Row;
  /** Where the row stands in a list of which only a part is drawn, from 0. */
  readonly index?: number;
  readonly ref?: Ref<HTMLTableRowElement>;
};

export function TableRow<Row>({ table, row, index, ref }: RowProps<Row>) {
  const { columns, idOf, selection, onOpen, activeId, openId } = table;
  const id = idOf(row);
  return (
    <tr
      ref={ref}
      id={`row-${id}`}
      className={classes.row}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      data-openable={onOpen ? true : undefined}
      data-active={id === activeId || undefined}
      aria-current={id === openId || undefined}
      data-selected={selection?.ids.has(id) || undefined}
      onClick={(event) => {
        // Links, buttons and fields in a row act for themselves.
        if (event.target instanceof Element && event.target.closest("a, button, input, label")) return;
        onOpen?.(row);
      }}
    >
      {selection ? (
        <td className={classes.check}>
          <Checkbox
            size="xs"
            aria-label={selection.rowLabel(id)}
            checked={selection.ids.has(id)}
            onChange={() => selection.onToggle(id)}
          />
        </td>
      ) : null}
      {columns.map((column) => (
        <td
          key={column.id}
          data-number={column.isNumber || undefined}
          data-minor={column.isMinor || undefined}
          data-wide={column.isWide || undefined}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function HeadCell<Row>({ column, sorting }: { readonly column: Column<Row>; readonly sorting: Sorting | undefined }) {
  const isSorted = column.sort !== undefined && sorting?.by === column.sort;
  const Arrow = sorting?.order === "asc" ? ArrowUpIcon : ArrowDownIcon;
  return (
    <th
      scope="col"
      style={{ width: column.width }}
      data-number={column.isNumber || undefined}
      data-minor={column.isMinor || undefined}
      data-wide={column.isWide || undefined}
      aria-sort={isSorted ? (sorting?.order === "asc" ? "ascending" : "descending") : undefined}
    >
      {column.sort !== undefined && sorting ? (
        <button type="button" className={classes.sort} onClick={() => sorting.onSort(column.sort ?? "")}>
          {column.title}
          {isSorted ? <Arrow size={13} aria-hidden /> : null}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
