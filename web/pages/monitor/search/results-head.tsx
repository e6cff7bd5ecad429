import { ActionIcon, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ArrowDownIcon, ArrowUpIcon, XIcon } from "../../../ui/icons.ts";
import classes from "./results-table.module.css";
import type { SearchState } from "./use-search-state.ts";

export function Head({ label, isHidden }: { readonly label: string; readonly isHidden?: boolean }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    <div role="columnheader" className={classes.headCell}>
      {isHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
    </div>
  );
}

type HeadProps = { readonly name: string; readonly label: string; readonly state: SearchState };

export function SortableHead({ name, label, state }: HeadProps) {
  const { t } = useTranslation("search");
  const [sorted, order] = state.sort.split(":");
  const isSorted = sorted === name;
  const canSort = !name.startsWith("fields.") && !state.isLive;
  const next = isSorted && order === "desc" ? "asc" : "desc";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the buttons inside hold the focus
    <div
      role="columnheader"
      className={classes.headCell}
      aria-sort={isSorted ? (order === "asc" ? "ascending" : "descending") : "none"}
    >
      {canSort ? (
        <button
          type="button"
          className={classes.sort}
          title={t("results.sort", { field: name })}
          onClick={() => state.change({ sort: `${name}:${next}` === "time:desc" ? undefined : `${name}:${next}` })}
        >
          {label}
          {isSorted ? (
            order === "asc" ? (
              <ArrowUpIcon size={13} aria-hidden />
            ) : (
              <ArrowDownIcon size={13} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        <span className={classes.sort}>{label}</span>
      )}
      {name === "time" ? null : (
        <ActionIcon
          size={24}
          className={classes.removeColumn}
          aria-label={t("columns.remove", { field: name })}
          onClick={() => state.setColumns(state.columns.filter((column) => column !== name))}
        >
          <XIcon size={12} />
        </ActionIcon>
      )}
    </div>
  );
}
