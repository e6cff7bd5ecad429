import type { Changed } from "./use-live.ts";

type Seen = {
  /** The first page as it is now. */
  readonly page: readonly { readonly id: string }[];
  readonly shown: ReadonlySet<string>;
  /** Everything that passes the filters is shown: nothing waits below. */
  readonly isWhole: boolean;
  readonly changed: Changed;
  /** Found new before. */
  readonly waiting: ReadonlySet<string>;
};

/**
 * The rows that came to a list since it was fetched. What merely moves up from further down, because something above it left, is none of
 * them: it comes after the last row that is shown, or nothing of it changed.
 */
export function newRows({ page, shown, isWhole, changed, waiting }: Seen): string[] {
  const last = isWhole ? page.length : page.findLastIndex(({ id }) => shown.has(id));
  return page
    .slice(0, shown.size === 0 ? page.length : last)
    .map(({ id }) => id)
    .filter((id) => !shown.has(id) && (changed === undefined || changed.has(id) || waiting.has(id)));
}
