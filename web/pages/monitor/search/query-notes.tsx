import { useTranslation } from "react-i18next";
import type { QueryNote } from "../../../api/search.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./search-page.module.css";
import type { SearchState } from "./use-search-state.ts";

/** What is worth telling about a query that is valid: a name nobody uses, and the names that were perhaps meant. */
export function QueryNotes({ notes, state }: { readonly notes: readonly QueryNote[]; readonly state: SearchState }) {
  const { t } = useTranslation("search");
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes}>
      {notes.map(({ code, field = "", suggestions = [], events = 0, until }) => (
        <li key={`${code} ${field}`}>
          {t(`note.${code}`, { field, count: events, text: formatCount(events) })}{" "}
          {until ? (
            <>
              <Instant at={until} />
              {t("note.end")}
            </>
          ) : null}
          {suggestions.map((name) => (
            <button
              key={name}
              type="button"
              className={classes.textButton}
              onClick={() => state.change({ q: state.scope.q.replaceAll(field, name) })}
            >
              {name}
            </button>
          ))}
        </li>
      ))}
    </ul>
  );
}
