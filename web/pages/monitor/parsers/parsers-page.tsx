import { Button, FileButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ParserRow, parsersQuery } from "../../../api/parsers.ts";
import { meQuery } from "../../../api/session.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { EXAMPLE_LINE, exampleOf } from "./example.ts";
import { keepImported } from "./imported.ts";
import classes from "./parsers.module.css";

const MAX_FILE_BYTES = 262_144;

export function ParsersPage() {
  const { t } = useTranslation("parsers");
  const { data, error, refetch } = useQuery(parsersQuery);
  const { data: me } = useQuery(meQuery);
  const navigate = useNavigate();
  const columns = useColumns();
  const add = me?.permissions.includes("source:write") ? <Add /> : null;
  return (
    <Page title={t("title")} lead={t("lead")} actions={add}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <Lesson /> : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label={t("title")}
          rows={data.items}
          columns={columns}
          idOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: "/sources/parsers/$id", params: { id } })}
        />
      ) : null}
    </Page>
  );
}

function useColumns(): Column<ParserRow>[] {
  const { t } = useTranslation("parsers");
  return [
    { id: "title", title: t("column.title"), cell: ({ title }) => title },
    { id: "id", title: t("column.id"), cell: ({ id }) => <code>{id}</code>, isMinor: true },
    {
      id: "state",
      title: t("column.state"),
      cell: ({ publishedVersion, isChanged }) =>
        publishedVersion === null
          ? t("state.draft")
          : t(isChanged ? "state.changed" : "state.published", { version: publishedVersion }),
    },
    {
      id: "changed",
      title: t("column.changed"),
      cell: ({ updatedAt, updatedBy }) => (
        <>
          <Instant at={updatedAt} /> · {updatedBy.name}
        </>
      ),
      isMinor: true,
    },
  ];
}

function Add() {
  const { t } = useTranslation("parsers");
  const navigate = useNavigate();
  const [isTooLarge, setTooLarge] = useState(false);
  const take = async (file: File | null) => {
    if (file === null) return;
    setTooLarge(file.size > MAX_FILE_BYTES);
    if (file.size > MAX_FILE_BYTES) return;
    keepImported(await file.text());
    await navigate({ to: "/sources/parsers/new" });
  };
  return (
    <>
      {isTooLarge ? <span className={classes.fault}>{t("import.tooLarge")}</span> : null}
      <FileButton accept=".yaml,.yml" onChange={(file) => void take(file)}>
        {(props) => (
          <Button {...props} variant="default">
            {t("import.action")}
          </Button>
        )}
      </FileButton>
      <LinkButton to="/sources/parsers/new">{t("action.new")}</LinkButton>
    </>
  );
}

/** Nothing is written yet: what a parser is, by one that is whole. */
function Lesson() {
  const { t } = useTranslation("parsers");
  return (
    <div className={classes.stack}>
      <Empty title={t("empty.title")}>{t("empty.hint")}</Empty>
      <p className={classes.small}>{t("empty.line")}</p>
      <CodeBlock text={EXAMPLE_LINE} label={t("empty.line")} />
      <p className={classes.small}>{t("empty.document")}</p>
      <CodeBlock text={exampleOf(t("example.title"))} label={t("empty.document")} />
    </div>
  );
}
