import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notebooksQuery } from "../../../api/notebooks.ts";
import { meQuery } from "../../../api/session.ts";
import { Empty } from "../../../ui/empty.tsx";
import { SearchIcon } from "../../../ui/icons.ts";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { BookList } from "./book-list.tsx";
import { NewBook } from "./new-book.tsx";

const WAIT_MS = 250;

/** Every notebook that one may see, or those that contain some text. */
export function NotebooksPage() {
  const { t } = useTranslation("notebooks");
  const { data: me } = useQuery(meQuery);
  const navigate = useNavigate();
  const { find = "" } = useSearch({ strict: false });
  const [text, setText] = useState(find);
  const [asked] = useDebouncedValue(text.trim(), WAIT_MS);
  const { data, error, refetch } = useQuery({
    ...notebooksQuery(undefined, asked),
    placeholderData: keepPreviousData,
  });
  const look = (next: string) => {
    setText(next);
    void navigate({ to: ".", search: (now) => ({ ...now, find: next || undefined }), replace: true });
  };
  const mayWrite = me?.permissions.includes("incident:write") === true;
  return (
    <Page title={t("title")} lead={t("lead")} actions={mayWrite ? <NewBook /> : null}>
      <TextInput
        value={text}
        onChange={(event) => look(event.currentTarget.value)}
        placeholder={t("find")}
        aria-label={t("find")}
        leftSection={<SearchIcon size={16} stroke={1.7} />}
        maxLength={200}
        maw={420}
      />
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data?.items.length === 0 && asked === "" ? <Empty title={t("none")}>{t("hint")}</Empty> : null}
      {data?.items.length === 0 && asked !== "" ? <Empty title={t("notFound")}>{t("notFoundHint")}</Empty> : null}
      {data?.items.length ? <BookList books={data.items} /> : null}
    </Page>
  );
}
