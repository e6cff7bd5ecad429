import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveTopic } from "../../src/respond/live/contract.ts";
import { formatCount } from "../ui/figures.ts";
import classes from "./live.module.css";
import { createLooker } from "./looker.ts";
import { newRows } from "./new-rows.ts";
import { type Changed, useLive } from "./use-live.ts";

/** Changed rows beyond the first page that are asked for; of more, those on the first page are told. */
const MAX_ASKED = 100;

export type LiveListProps<Row extends { readonly id: string }> = {
  readonly topic: LiveTopic;
  /** What the list shows now. */
  readonly rows: readonly Row[];
  /** Tells one list from another: its filters and its order. What is new in one is not in the next. */
  readonly listKey: string;
  /** All rows of the list are shown. */
  readonly isWhole: boolean;
  /** The first page as it would be now, under the list's own filters. */
  readonly peek: () => Promise<{ readonly items: readonly Row[] }>;
  /** Rows as they are now, whether they still pass the filters or not; those that are gone are left out. */
  readonly readThese: (ids: readonly string[]) => Promise<readonly Row[]>;
  /** Puts rows in the place of those with the same id. */
  readonly replace: (rows: ReadonlyMap<string, Row>) => void;
  /** Fetches the list anew. */
  readonly onShow: () => void;
};

type Waiting = { readonly of: string; readonly ids: readonly string[] };

/**
 * Keeps a list true without moving a row under the reader's hand: what changed is drawn anew in its place, and what is new
 * waits behind a button that says how many there are.
 */
export function LiveList<Row extends { readonly id: string }>(props: LiveListProps<Row>) {
  const { t } = useTranslation("live");
  const [waiting, setWaiting] = useState<Waiting>({ of: "", ids: [] });
  const { topic, rows, listKey, onShow } = props;
  const now = useRef(props);
  now.current = props;

  async function look(changed: Changed): Promise<void> {
    const { rows: before, listKey: of, isWhole, peek, readThese, replace } = now.current;
    const shown = new Set(before.map(({ id }) => id));
    const { items: page } = await peek();
    const known = new Map(page.filter(({ id }) => shown.has(id)).map((row) => [row.id, row]));
    const elsewhere = [...(changed ?? [])].filter((id) => shown.has(id) && !known.has(id)).slice(0, MAX_ASKED);
    if (elsewhere.length > 0) for (const row of await readThese(elsewhere)) known.set(row.id, row);
    replace(known);
    setWaiting((found) => ({
      of,
      ids: newRows({
        page,
        shown,
        isWhole,
        changed,
        waiting: new Set(found.of === of ? found.ids : []),
      }),
    }));
  }

  const latest = useRef(look);
  latest.current = look;
  const [looker] = useState(() => createLooker((changed) => latest.current(changed)));
  useLive({ topics: [topic], pauseMs: 1_500, onChange: (changed) => looker(changed.get(topic)) });
  const shown = new Set(rows.map(({ id }) => id));
  const count = waiting.of === listKey ? waiting.ids.filter((id) => !shown.has(id)).length : 0;
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
