import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Cell, moveCell, type Notebook, removeCell, runCell } from "../../../api/notebooks.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ChevronDownIcon, ChevronUpIcon, PencilIcon, PlayerPlayIcon, TrashIcon } from "../../../ui/icons.ts";
import { Markdown } from "../../../ui/markdown.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { CellEditor } from "./cell-editor.tsx";
import { Found } from "./found.tsx";
import classes from "./notebooks.module.css";
import { useChangeCell } from "./use-book.ts";

type CellProps = { readonly book: Notebook; readonly cell: Cell; readonly number: number };

/** One cell to read, and its editor in the same place. */
export function CellView({ book, cell, number }: CellProps) {
  const { t } = useTranslation("notebooks");
  const [isEditing, setEditing] = useState(false);
  const name = `${number}. ${t(cell.kind)}`;
  return (
    <article className={classes.cell} data-kind={cell.kind} aria-label={name}>
      <div className={classes.head}>
        <h2>{name}</h2>
        {book.mayWrite ? <Tools book={book} cell={cell} name={name} onEdit={() => setEditing(true)} /> : null}
      </div>
      {isEditing ? (
        <CellEditor book={book} kind={cell.kind} cell={cell} onDone={() => setEditing(false)} />
      ) : cell.kind === "note" ? (
        <Markdown text={cell.body} />
      ) : (
        <Found bookId={book.id} cell={cell} />
      )}
      <p className={classes.small}>
        {cell.changedBy} · <Instant at={cell.changedAt} />
      </p>
    </article>
  );
}

type ToolsProps = {
  readonly book: Notebook;
  readonly cell: Cell;
  readonly name: string;
  readonly onEdit: () => void;
};

function Tools({ book, cell, name, onEdit }: ToolsProps) {
  const { t } = useTranslation("notebooks");
  const run = useChangeCell(book.id, () => runCell(book.id, cell.id));
  const move = useChangeCell(book.id, (direction: "up" | "down") => moveCell(book.id, cell.id, direction));
  const removal = useChangeCell(book.id, () => removeCell(book.id, cell.id, cell.version));
  const error = run.error ?? move.error ?? removal.error;
  const remove = async () => {
    const title = t("removeCell", { name });
    const answer = await confirm({ title, body: t("removeBody"), action: t("remove"), isDestructive: true });
    if (answer !== undefined) removal.mutate(undefined);
  };
  return (
    <>
      <span className={classes.tools}>
        {cell.kind === "query" ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<PlayerPlayIcon size={13} />}
            loading={run.isPending}
            onClick={() => run.mutate(undefined)}
          >
            {t("run")}
          </Button>
        ) : null}
        <ActionIcon size={24} aria-label={t("edit", { name })} onClick={onEdit}>
          <PencilIcon size={15} />
        </ActionIcon>
        <ActionIcon size={24} aria-label={t("up", { name })} onClick={() => move.mutate("up")}>
          <ChevronUpIcon size={16} />
        </ActionIcon>
        <ActionIcon size={24} aria-label={t("down", { name })} onClick={() => move.mutate("down")}>
          <ChevronDownIcon size={16} />
        </ActionIcon>
        <ActionIcon size={24} aria-label={t("removeCell", { name })} onClick={() => void remove()}>
          <TrashIcon size={15} />
        </ActionIcon>
      </span>
      {error ? <ProblemNote error={error} /> : null}
    </>
  );
}
