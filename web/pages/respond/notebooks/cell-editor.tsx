import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "../../../api/client.ts";
import {
  addCell,
  type Cell,
  type CellContent,
  MAX_BODY_CHARS,
  type Notebook,
  saveCell,
} from "../../../api/notebooks.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { zoneName } from "../../../ui/clock.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { TimeRange } from "../../../ui/time-range.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import { Theirs } from "../casework/theirs.tsx";
import classes from "./notebooks.module.css";
import { useChangeCell } from "./use-book.ts";

type EditorProps = {
  readonly book: Notebook;
  readonly kind: Cell["kind"];
  /** undefined = a new one. */
  readonly cell: Cell | undefined;
  readonly onDone: () => void;
};

/** The cell of the other person, as the refusal brought it. */
function theirsOf(error: unknown): Cell | undefined {
  if (!isProblem(error, "conflict")) return undefined;
  const { current } = error.facts;
  const isCell = typeof current === "object" && current !== null && "body" in current && "version" in current;
  // The server writes it through the contract's schema of a cell.
  return isCell ? (current as Cell) : undefined;
}

/** Text of a note, or query with its window. The version is read when the editor opens; nothing typed is ever dropped. */
export function CellEditor({ book, kind, cell, onDone }: EditorProps) {
  const { t } = useTranslation(["notebooks", "casework", "shell"]);
  const { zone } = useClock();
  const { unit } = useUnit();
  const [version, setVersion] = useState(cell?.version ?? 0);
  const [body, setBody] = useState(cell?.body ?? "");
  const [range, setRange] = useState({ from: cell?.settings?.from ?? "now-24h", to: cell?.settings?.to ?? "now" });
  const content = (): CellContent =>
    kind === "note"
      ? { kind, body }
      : { kind, body, settings: { unit, tz: zoneName(zone), columns: [], ...cell?.settings, ...range } };
  const save = useChangeCell(book.id, (onto: number) =>
    cell ? saveCell(book.id, cell.id, onto, content()) : addCell(book.id, content()),
  );
  const store = (onto: number) => save.mutate(onto, { onSuccess: onDone });
  const theirs = theirsOf(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The exact range is a form of its own, whose submission comes by here too.
    if (!theirs && event.target === event.currentTarget) store(version);
  };
  const takeBoth = (other: Cell) => {
    setVersion(other.version);
    setBody(`${other.body}\n\n${body}`);
    save.reset();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <div className={classes.sides} data-both={theirs ? true : undefined}>
        {kind === "note" ? (
          <Textarea
            label={t("notebooks:note")}
            description={t("casework:notes.bodyHint")}
            autosize
            minRows={4}
            maxRows={24}
            maxLength={MAX_BODY_CHARS}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            autoFocus
          />
        ) : (
          <div className={classes.form}>
            <TextInput
              label={t("notebooks:query")}
              value={body}
              onChange={(event) => setBody(event.currentTarget.value)}
              maxLength={4_000}
              spellCheck={false}
              autoFocus
            />
            <div>
              <TimeRange {...range} onChange={setRange} />
            </div>
          </div>
        )}
        {theirs ? (
          <Theirs
            by={theirs.changedBy}
            at={theirs.changedAt}
            text={theirs.body}
            {...(kind === "note" && {
              both: {
                hasRoom: theirs.body.length + body.length + 2 <= MAX_BODY_CHARS,
                take: () => takeBoth(theirs),
              },
            })}
            onMine={() => store(theirs.version)}
          />
        ) : null}
      </div>
      {save.error && !theirs ? <ProblemNote error={save.error} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={theirs !== undefined}>
          {kind === "query" && !cell ? t("notebooks:runAndAdd") : t("casework:save")}
        </Button>
      </Group>
    </form>
  );
}
