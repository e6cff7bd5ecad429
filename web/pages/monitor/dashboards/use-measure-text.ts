import { useTranslation } from "react-i18next";
import type { UnitFigures } from "../../../api/dashboards.ts";
import { type Measure, textOf } from "./measures.ts";

/** Measures in the reader's words. */
export function useMeasureText() {
  const { t: words } = useTranslation("crisis");
  const { t } = useTranslation("live");
  return (measure: Measure, figures: UnitFigures): string =>
    textOf(measure, figures, { unknown: t("board.unknown"), t: words });
}
