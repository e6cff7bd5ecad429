import type { RuleBoard, RulesQuery, SheetLanguage } from "./contract.ts";
import { formatsOf } from "./format.ts";
import type { Column, Sheet, Value } from "./sheet.ts";
import { WORDS } from "./words.ts";

type Named = { readonly board: RuleBoard; readonly query: RulesQuery; readonly nameOf: (unitId: string) => string };

/** The board of rules as a table of a file, with the filters that it was asked for. */
export function ruleSheet({ board, query, nameOf }: Named, language: SheetLanguage): Sheet {
  const words = WORDS[language];
  const { column } = words;
  const { count, figure, share, minute } = formatsOf(language);
  const number = (title: string, isBar = false): Column => ({ title, width: 1, isNumber: true, isBar });
  const data = (title: string): Column => ({ title, width: 1, isNumber: true, isData: true });
  const rows = board.rows.map((row): Value[] => {
    const { found, precision } = row;
    const range =
      precision &&
      `${Math.round(precision.share * 100)} % (${Math.round(precision.low * 100)}–${Math.round(precision.high * 100)})`;
    return [
      `${language === "ja" && row.titleJa !== "" ? row.titleJa : row.title}${row.isEnabled ? "" : words.off}`,
      row.id,
      words.level[row.level] ?? row.level,
      count(row.fires),
      count(row.alerts),
      count(found.open),
      count(found.truePositive),
      count(found.falsePositive),
      count(found.benign),
      precision ? share(precision.share, range ?? undefined) : { number: null, text: words.none },
      share(precision?.low ?? null),
      share(precision?.high ?? null),
      count(precision?.judged ?? null),
      count(row.suppressed),
      row.cost === null ? { number: null, text: words.none } : figure(row.cost),
      row.lastFiredAt === null ? words.none : minute(row.lastFiredAt),
    ];
  });
  return {
    language,
    title: words.rules,
    subtitle: words.made(minute(board.at)),
    filtersTitle: words.filters,
    filters: [
      words.range(minute(board.range.from), minute(board.range.to)),
      words.show[query.show],
      ...(query.under ? [words.under(nameOf(query.under))] : []),
      ...(query.unit?.length ? [words.of(query.unit.length)] : []),
      ...(query.level?.length ? [query.level.map((level) => words.level[level]).join(", ")] : []),
      ...(query.q ? [words.words(query.q)] : []),
      words.sorted(words.sort[query.sort], query.order === "desc"),
    ],
    columns: [
      { title: column.rule, width: 4 },
      { title: column.ruleId, width: 1, isData: true },
      { title: column.level, width: 1 },
      number(column.fires, true),
      number(column.alerts, true),
      number(column.open),
      number(column.truePositive),
      number(column.falsePositive, true),
      number(column.benign),
      { title: column.precision, width: 1.6, isNumber: true },
      data(column.precisionLow),
      data(column.precisionHigh),
      data(column.judged),
      number(column.suppressed),
      number(column.cost, true),
      { title: column.last, width: 2 },
    ],
    rows,
    total: undefined,
    notes: [...(board.total > rows.length ? [words.cut(rows.length, board.total)] : []), ...words.ruleNotes],
  };
}
