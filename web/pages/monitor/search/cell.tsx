import { useTranslation } from "react-i18next";
import type { EventRow } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { shortName } from "../../../parts/short-name.ts";

const SIX: Readonly<Record<string, keyof EventRow["six"]>> = {
  who: "who",
  where_from: "whereFrom",
  with_what: "withWhat",
  what: "what",
  did_what: "didWhat",
};

/** The value of a column in a row, as it was asked for; undefined when the event has none. */
export function cellValue(row: EventRow, column: string): string | number | undefined {
  const question = SIX[column];
  const value = question ? row.six[question] : row.values[column];
  if (value !== undefined && value !== "") return value;
  if (column === "event.dataset" || column === "dataset") return row.dataset || undefined;
  if (column === "unit") return row.unitId;
  if (column === "source") return row.sourceId;
  return undefined;
}

/** How a value reads: units by name, the vocabulary of actions in the reader's language. */
export function useCellText(): (column: string, value: string | number | undefined) => string {
  const { t } = useTranslation("monitor");
  const { nameOf } = useUnit();
  return (column, value) => {
    if (value === undefined) return "";
    if (column === "unit") return nameOf(String(value));
    if (column === "did_what") return t(`action.${value}`, { defaultValue: String(value) }).split("|")[0] ?? "";
    if (column === "what" || column === "with_what") return shortName(String(value));
    return String(value);
  };
}
