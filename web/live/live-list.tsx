import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveTopic } from "../../src/respond/live/contract.ts";
import { formatCount } from "../ui/figures.ts";
import classes from "./live.module.css";
import { useLive } from "./use-live.ts";

/** Changed rows that are asked for one by one; of more, those on the first page are told. */
const MAX_SINGLE = 10;

export type LiveListProps<Row extends { readonly id: string }> = {
  readonly topic: LiveTopic;
  /** What the list shows now. */
  readonly rows: readonly Row[];
  /** The first page as it would be now, under the list's own filters. */
  readonly peek: () => Promise<{ readonly items: readonly Row[] }>;
  /** One row as it is now, whether it still passes the filters or not; undefined when it is gone. */
  readonly readOne: (id: string) => Promise<Row | undefined>;
  /** Puts rows in the place of those with the same id. */
  readonly replace: (rows: ReadonlyMap<string, Row>) => void;
  /** Fetches the list anew. */
  readonly onShow: () => void;
};

/**
 * Keeps a list true without moving a row under the reader's hand: what changed is drawn anew in its place, and what is new
 * waits behind a button that says how many there are.
 */
export function LiveList<Row extends { readonly id: string }>(props: LiveListProps<Row>) {
  const { t } = useTranslation("live");
  const [waiting, setWaiting] = useState<readonly string[]>([]);
  const { topic, rows, peek, readOne, replace, onShow } = props;
  const shown = new Set(rows.map(({ id }) => id));

  async function look(changed: ReadonlySet<string> | undefined): Promise<void> {
    const { items } = await peek();
    const now = new Map(items.filter(({ id }) => shown.has(id)).map((row) => [row.id, row]));
    const missing = [...(changed ?? [])].filter((id) => shown.has(id) && !now.has(id)).slice(0, MAX_SINGLE);
    for (const row of await Promise.all(missing.map(readOne))) if (row) now.set(row.id, row);
    replace(now);
    setWaiting(items.filter(({ id }) => !shown.has(id)).map(({ id }) => id));
  }

  useLive({
    topics: [topic],
    pauseMs: 1_500,
    // A look that fails says nothing: the next change, or the next poll, looks again.
    onChange: (changed) => void look(changed.get(topic)).catch(() => undefined),
  });
  const count = waiting.filter((id) => !shown.has(id)).length;
  return (
    <div className={classes.pill} role="status">
      {count > 0 ? (
        <button type="button" onClick={onShow}>
          {t("pill", { count, text: formatCount(count) })}
        </button>
      ) : null}
    </div>
  );
}
