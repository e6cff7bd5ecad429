import { CloseButton } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../../api/session.ts";
import { sourceQuery } from "../../../api/sources.ts";
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
  const { level, judged, createdFrom, createdTo, technique, source, entity } = state.search;
  const sourceNames = useSourceNames(splitList(source));
  const named = (list: string) =>
    splitList(list)
      .map((one) => (isLevel(one) ? t(`monitor:severity.${one}`) : t("alerts:notJudged")))
      .join(" · ");
  const at = (instant: string | undefined) =>
    instant && Number.isFinite(Date.parse(instant)) ? formatMinute(instant, zone) : "";
  const notes = [
    ...(entity ? [{ text: `${t("alerts:facet.entity")}: ${entity}…`, drop: { entity: undefined } }] : []),
    ...(technique
      ? [
          {
            text: `${t("alerts:facet.technique")}: ${splitList(technique).join(" · ")}`,
            drop: { technique: undefined },
          },
        ]
      : []),
    ...(source
      ? [{ text: `${t("alerts:facet.source")}: ${sourceNames.join(" · ")}`, drop: { source: undefined } }]
      : []),
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

/** What a source is called, as far as one may know; else its id. */
function useSourceNames(ids: readonly string[]): readonly string[] {
  const { data: me } = useQuery(meQuery);
  const enabled = me?.permissions.includes("source:read") === true;
  const found = useQueries({ queries: ids.map((id) => ({ ...sourceQuery(id), retry: false, enabled })) });
  return ids.map((id, i) => found[i]?.data?.name ?? id);
}
