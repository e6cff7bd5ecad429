import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { notebooksQuery } from "../../../api/notebooks.ts";
import { meQuery } from "../../../api/session.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { BookList } from "./book-list.tsx";
import { NewBook } from "./new-book.tsx";

/** Every notebook that one may see. */
export function NotebooksPage() {
  const { t } = useTranslation("notebooks");
  const { data: me } = useQuery(meQuery);
  const { data, error, refetch } = useQuery(notebooksQuery());
  const mayWrite = me?.permissions.includes("incident:write") === true;
  return (
    <Page title={t("title")} lead={t("lead")} actions={mayWrite ? <NewBook /> : null}>
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data?.items.length === 0 ? <Empty title={t("none")}>{t("hint")}</Empty> : null}
      {data?.items.length ? <BookList books={data.items} /> : null}
    </Page>
  );
}
