import { CloseButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isLevel } from "../../../parts/severity.tsx";
import { formatMinute } from "../../../ui/clock.ts";
import { splitList } from "../../../ui/facets.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./alerts-page.module.css";
import type { AlertsState } from "./use-alerts-state.ts";

/** Filters that a link brought and no list of values shows: what they are, and a way to drop each. */
export function FilterNotes({ state }: { readonly state: AlertsState }) {
  const { t } = useTranslation(["alerts", "monitor", "shell"]);
  const { zone } = useClock();
  const { level, judged, createdFrom, createdTo } = state.search;
  const named = (list: string) =>
    splitList(list)
      .map((one) => (isLevel(one) ? t(`monitor:severity.${one}`) : t("alerts:notJudged")))
      .join(" · ");
  const at = (instant: string | undefined) =>
    instant && Number.isFinite(Date.parse(instant)) ? formatMinute(instant, zone) : "";
  const notes = [
    ...(level ? [{ text: `${t("alerts:facet.level")}: ${named(level)}`, drop: { level: undefined } }] : []),
    ...(judged ? [{ text: `${t("alerts:facet.judged")}: ${named(judged)}`, drop: { judged: undefined } }] : []),
    ...(createdFrom || createdTo
      ? [
          {
            text: t("alerts:opened", { from: at(createdFrom), to: at(createdTo) }),
            drop: { createdFrom: undefined, createdTo: undefined },
          },
        ]
      : []),
  ];
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes} aria-label={t("alerts:filters")}>
      {notes.map(({ text, drop }) => (
        <li key={text}>
          {text}
          <CloseButton size={24} aria-label={`${t("alerts:reset")}: ${text}`} onClick={() => state.change(drop)} />
        </li>
      ))}
    </ul>
  );
}
