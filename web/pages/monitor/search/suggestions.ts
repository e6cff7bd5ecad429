import { useQuery } from "@tanstack/react-query";
import { fieldText } from "../../../../src/monitor/search/language/filter.ts";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import { fieldValues, type KnownField, type Scope, searchSchemaQuery } from "../../../api/search.ts";
import { useFormerQueries } from "./query-history.ts";

export type Suggestion = {
  readonly kind: "history" | "field" | "value";
  readonly text: string;
  /** The whole query with the suggestion in place, and where the caret goes. */
  readonly query: string;
  readonly caret: number;
  readonly count?: number;
};

const SHOWN = 10;

/** What may stand at the caret: former queries in an empty bar, then field names, then the field's values. */
export function useSuggestions(text: string, caret: number, scope: Scope, isOn: boolean): readonly Suggestion[] {
  const { data: schema } = useQuery({ ...searchSchemaQuery, enabled: isOn });
  const word = wordAt(text, caret);
  const colon = word.text.indexOf(":");
  const field = colon > 0 ? word.text.slice(0, colon).replaceAll('"', "") : "";
  const typed = word.text.slice(colon + 1).replace(/^"/, "");
  const values = useQuery({
    queryKey: ["search", "suggest", field, typed, scope.from, scope.to, scope.unit],
    queryFn: ({ signal }) => fieldValues({ ...scope, q: "" }, field, typed, signal),
    enabled: isOn && field !== "",
    staleTime: 60_000,
    retry: false,
  });
  const former = useFormerQueries(isOn && text.trim() === "");
  if (!isOn) return [];
  if (text.trim() === "")
    return former.slice(0, SHOWN).map((query) => ({ kind: "history", text: query, query, caret: query.length }));
  const put = (kind: Suggestion["kind"], shown: string, inserted: string, count?: number): Suggestion => {
    const head = text.slice(0, word.start) + inserted;
    return {
      kind,
      text: shown,
      query: head + text.slice(caret),
      caret: head.length,
      ...(count === undefined ? {} : { count }),
    };
  };
  if (field !== "")
    return (values.data?.field.top ?? [])
      .slice(0, SHOWN)
      .map(({ value, count }) => put("value", String(value), `${conditionText(field, value)} `, count));
  if (word.text === "") return [];
  return matching(schema?.fields ?? [], word.text).map(({ name }) => put("field", name, `${fieldText(name)}:`));
}

function matching(fields: readonly KnownField[], typed: string): readonly KnownField[] {
  const wanted = typed.normalize("NFKC").toLowerCase();
  const hits = fields.filter(({ name, aliases }) =>
    [name, ...aliases].some((text) => text.toLowerCase().includes(wanted)),
  );
  const rank = ({ name }: KnownField) => (name.startsWith(wanted) ? 0 : name.includes(`.${wanted}`) ? 1 : 2);
  return hits.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

/** The condition that the caret stands in: from the last space, bracket or sign outside quotes. */
function wordAt(text: string, caret: number): { start: number; text: string } {
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < caret; i += 1) {
    const char = text.charAt(i);
    if (char === '"' && text.charAt(i - 1) !== "\\") isQuoted = !isQuoted;
    else if (!isQuoted && /[\s()（）]/.test(char)) start = i + 1;
  }
  return { start, text: text.slice(start, caret) };
}
