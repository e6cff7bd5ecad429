import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type Notebook, notebookFile, notebookQuery } from "../../../api/notebooks.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { zoneName } from "../../../ui/clock.ts";
import { Empty } from "../../../ui/empty.tsx";
import { DownloadIcon, FileTextIcon, SearchIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant, useClock } from "../../../ui/use-clock.tsx";
import { BookMenu } from "./book-menu.tsx";
import { CellEditor } from "./cell-editor.tsx";
import { CellView } from "./cell-view.tsx";
import classes from "./notebooks.module.css";

export function NotebookPage() {
  const { t } = useTranslation("notebooks");
  const { id = "" } = useParams({ strict: false });
  const { data: book, error, refetch } = useQuery(notebookQuery(id));
  if (!book)
    return (
      <Page title={t("one")}>
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <RowsSkeleton rows={12} />}
      </Page>
    );
  return <Book key={book.id} book={book} />;
}

/** Cells in their order: notes, and queries with what they found. */
function Book({ book }: { readonly book: Notebook }) {
  const { t } = useTranslation(["notebooks", "search"]);
  const { zone } = useClock();
  return (
    <Page
      title={<bdi>{visible(book.title, 200)}</bdi>}
      lead={<Lead book={book} />}
      actions={
        <>
          <LateMenu
            position="bottom-end"
            button={
              <Button variant="default" leftSection={<DownloadIcon size={16} stroke={1.7} />}>
                {t("search:export.title")}
              </Button>
            }
          >
            {(Menu) =>
              (["pdf", "md", "csv", "json"] as const).map((format) => (
                <Menu.Item
                  key={format}
                  component="a"
                  href={notebookFile(book.id, { format, language: currentLanguage(), tz: zoneName(zone) })}
                  download
                >
                  {t(`notebooks:export.${format}`)}
                </Menu.Item>
              ))
            }
          </LateMenu>
          {book.mayWrite ? <BookMenu book={book} /> : null}
        </>
      }
    >
      {book.cells.length === 0 ? (
        <Empty title={t("notebooks:blank")}>{t("notebooks:blankHint")}</Empty>
      ) : (
        <ol className={classes.cells} aria-label={t("notebooks:cells")}>
          {book.cells.map((cell, i) => (
            <li key={cell.id}>
              <CellView book={book} cell={cell} number={i + 1} />
            </li>
          ))}
        </ol>
      )}
      {book.mayWrite ? <Adding book={book} /> : null}
    </Page>
  );
}

function Lead({ book }: { readonly book: Notebook }) {
  const { t } = useTranslation("notebooks");
  const { nameOf } = useUnit();
  const { incident, sharedWithUnitId, owner, updatedAt, updatedBy } = book;
  return (
    <span className={classes.lead}>
      {incident ? (
        <Link to="/incidents/$id/notebooks" params={{ id: `INC-${incident.number}` }}>
          INC-{incident.number} <bdi>{visible(incidentTitle(incident), 120)}</bdi>
        </Link>
      ) : (
        <span>{sharedWithUnitId ? t("sharedWith", { unit: nameOf(sharedWithUnitId) }) : t("private")}</span>
      )}
      <span>
        {t("owner")} {owner.name}
      </span>
      <span>
        {t("updated")} {updatedBy} <Instant at={updatedAt} />
      </span>
    </span>
  );
}

function Adding({ book }: { readonly book: Notebook }) {
  const { t } = useTranslation("notebooks");
  const [kind, setKind] = useState<"note" | "query">();
  if (kind) return <CellEditor key={kind} book={book} kind={kind} cell={undefined} onDone={() => setKind(undefined)} />;
  return (
    <div className={classes.add}>
      <Button variant="default" leftSection={<FileTextIcon size={16} />} onClick={() => setKind("note")}>
        {t("addNote")}
      </Button>
      <Button variant="default" leftSection={<SearchIcon size={16} />} onClick={() => setKind("query")}>
        {t("addQuery")}
      </Button>
    </div>
  );
}
