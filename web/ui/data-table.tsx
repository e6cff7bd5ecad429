import { Checkbox } from "@mantine/core";
import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
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

type DataTableProps<Row> = {
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

const features = tableFeatures({});

/** A list as a real table: thin rules, tabular figures, the head stays in sight. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rows, columns, idOf, sorting, selection, onOpen, activeId, openId } = props;
  const defined = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(columns.map(({ id }) => helper.display({ id })));
  }, [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: defined, data, getRowId: idOf });
  const byId = new Map(columns.map((column) => [column.id, column]));
  return (
    <table className={classes.table} aria-label={label}>
      <thead className={classes.head}>
        <tr>
          {selection ? (
            <th className={classes.check}>
              <Checkbox
                size="xs"
                aria-label={selection.allLabel}
                checked={rows.length > 0 && rows.every((row) => selection.ids.has(idOf(row)))}
                indeterminate={selection.ids.size > 0 && !rows.every((row) => selection.ids.has(idOf(row)))}
                onChange={selection.onToggleAll}
              />
            </th>
          ) : null}
          {columns.map((column) => (
            <HeadCell key={column.id} column={column} sorting={sorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            id={`row-${row.id}`}
            className={classes.row}
            data-openable={onOpen ? true : undefined}
            data-active={row.id === activeId || undefined}
            aria-current={row.id === openId || undefined}
            data-selected={selection?.ids.has(row.id) || undefined}
            onClick={(event) => {
              // Links, buttons and fields in a row act for themselves.
              if (event.target instanceof Element && event.target.closest("a, button, input, label")) return;
              onOpen?.(row.original);
            }}
          >
            {selection ? (
              <td className={classes.check}>
                <Checkbox
                  size="xs"
                  aria-label={selection.rowLabel(row.id)}
                  checked={selection.ids.has(row.id)}
                  onChange={() => selection.onToggle(row.id)}
                />
              </td>
            ) : null}
            {row.getAllCells().map((cell) => {
              const column = byId.get(cell.column.id);
              return (
                <td
                  key={cell.id}
                  data-number={column?.isNumber || undefined}
                  data-minor={column?.isMinor || undefined}
                  data-wide={column?.isWide || undefined}
                >
                  {column?.cell(row.original)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
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
