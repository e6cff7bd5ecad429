import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { notebooksQuery } from "../../../api/notebooks.ts";
import { Empty } from "../../../ui/empty.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import { BookList } from "./book-list.tsx";
import { NewBook } from "./new-book.tsx";

export function IncidentNotebooksPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Books incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

type BooksProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

/** The notebooks of one incident; whoever sees the incident sees them. */
function Books({ incident, mayWrite }: BooksProps) {
  const { t } = useTranslation("notebooks");
  const { data, error, refetch } = useQuery(notebooksQuery(keyOf(incident)));
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={6} />;
  return (
    <>
      {mayWrite ? (
        <div>
          <NewBook incidentId={incident.id} />
        </div>
      ) : null}
      {data.items.length === 0 ? <Empty title={t("none")}>{t("hint")}</Empty> : <BookList books={data.items} />}
    </>
  );
}
