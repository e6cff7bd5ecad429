import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import type { NotebookHead } from "../../../api/notebooks.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Instant } from "../../../ui/use-clock.tsx";

/** Notebooks as a list: what they are called, whose they are, and who sees them. */
export function BookList({ books }: { readonly books: readonly NotebookHead[] }) {
  const { t } = useTranslation("notebooks");
  const { nameOf } = useUnit();
  const columns = useMemo(
    (): readonly Column<NotebookHead>[] => [
      {
        id: "title",
        title: t("titleField"),
        cell: ({ id, title }) => (
          <Link to="/notebooks/$id" params={{ id }}>
            <bdi>{visible(title, 200)}</bdi>
          </Link>
        ),
      },
      {
        id: "seen",
        title: t("seenBy"),
        cell: ({ incident, sharedWithUnitId }) =>
          incident ? (
            <Link to="/incidents/$id/notebooks" params={{ id: `INC-${incident.number}` }}>
              INC-{incident.number}
            </Link>
          ) : sharedWithUnitId ? (
            nameOf(sharedWithUnitId)
          ) : (
            t("private")
          ),
      },
      { id: "owner", title: t("owner"), isMinor: true, cell: ({ owner }) => owner.name },
      { id: "cells", title: t("cells"), isNumber: true, cell: ({ cells }) => cells },
      {
        id: "updated",
        title: t("updated"),
        width: 190,
        isWide: true,
        cell: ({ updatedAt }) => <Instant at={updatedAt} />,
      },
    ],
    [t, nameOf],
  );
  return <DataTable label={t("title")} rows={books} columns={columns} idOf={({ id }) => id} />;
}
