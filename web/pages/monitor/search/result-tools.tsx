import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { exportUrl, MAX_EXPORT_ROWS, MAX_JSON_ROWS, MAX_PDF_ROWS } from "../../../api/search.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { formatCount } from "../../../ui/figures.ts";
import { DownloadIcon, NotebookIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { joinColumns, type SearchState } from "./use-search-state.ts";

const AddToNotebook = lazy(() =>
  import("../../../parts/add-to-notebook.tsx").then((module) => ({ default: module.AddToNotebook })),
);

type ToolsProps = { readonly state: SearchState; readonly range: { from: string; to: string } | undefined };

/** What can be done with the answer as a whole. */
export function ResultTools({ state, range }: ToolsProps) {
  const { t } = useTranslation("search");
  const { scope, columns, sort, view, isLive, change } = state;
  const exportOf = (format: "csv" | "ndjson" | "json" | "pdf") =>
    exportUrl({
      language: currentLanguage(),
      ...scope,
      ...(range ?? {}),
      columns: joinColumns(columns),
      format,
      sort: sort === "time:asc" ? sort : "time:desc",
    });
  return (
    <>
      <Segments
        aria-label={t("view.label")}
        value={view}
        onChange={(next) => change({ view: next === "table" ? undefined : next }, false)}
        data={[
          { value: "table", label: t("view.table") },
          { value: "sentence", label: t("view.sentence") },
        ]}
      />
      <Button
        size="xs"
        variant={isLive ? "filled" : "default"}
        aria-pressed={isLive}
        onClick={() => change({ live: isLive ? undefined : "on", event: undefined, at: undefined })}
      >
        {t("live.toggle")}
      </Button>
      {isLive ? null : <NoteDown state={state} range={range} />}
      {isLive ? null : (
        <LateMenu
          position="bottom-end"
          button={
            <Button size="xs" variant="default" leftSection={<DownloadIcon size={14} />}>
              {t("export.title")}
            </Button>
          }
        >
          {(Menu) => (
            <>
              <Menu.Label>{t("export.cut")}</Menu.Label>
              <Menu.Item component="a" href={exportOf("csv")} download>
                {t("export.csv")} {t("export.limit", { text: formatCount(MAX_EXPORT_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("ndjson")} download>
                {t("export.ndjson")} {t("export.limit", { text: formatCount(MAX_EXPORT_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("json")} download>
                {t("export.json")} {t("export.limit", { text: formatCount(MAX_JSON_ROWS) })}
              </Menu.Item>
              <Menu.Item component="a" href={exportOf("pdf")} download>
                {t("export.pdf")} {t("export.limit", { text: formatCount(MAX_PDF_ROWS) })}
              </Menu.Item>
            </>
          )}
        </LateMenu>
      )}
    </>
  );
}

/** Puts this search, with the window that its answer was about, into a notebook. */
function NoteDown({ state, range }: ToolsProps) {
  const { t } = useTranslation("monitor");
  const [isAdding, setAdding] = useState(false);
  const { data: me } = useQuery(meQuery);
  if (!me?.permissions.includes("incident:write")) return null;
  const { q, from, to, unit, tz } = state.scope;
  return (
    <>
      <Button size="xs" variant="default" leftSection={<NotebookIcon size={14} />} onClick={() => setAdding(true)}>
        {t("value.note")}
      </Button>
      {isAdding ? (
        <Suspense>
          <AddToNotebook
            cell={{
              kind: "query",
              body: q,
              settings: { from, to, unit, tz, ...range, columns: [...state.columns] },
            }}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
