import type { SheetLanguage, UnitBoard, UnitFigures } from "./contract.ts";
import { formatsOf, perGigabyte } from "./format.ts";
import type { Column, Sheet, Value } from "./sheet.ts";
import { WORDS } from "./words.ts";

type Named = { readonly board: UnitBoard; readonly nameOf: (unitId: string) => string };

/** The board of units as a table of a file. */
export function unitSheet({ board, nameOf }: Named, language: SheetLanguage): Sheet {
  const words = WORDS[language];
  const { column } = words;
  const { minute } = formatsOf(language);
  const number = (title: string, isBar = false, unit = ""): Column => ({
    title,
    width: 1,
    isNumber: true,
    isBar,
    unit,
  });
  const columns: Column[] = [
    { title: column.unit, width: 2.4 },
    { title: column.unitId, width: 1, isData: true },
    number(column.seen, true),
    number(column.open),
    number(column.severe),
    number(column.opened, true),
    number(column.openIncidents),
    number(column.acknowledge, false, "h"),
    number(column.contain, false, "h"),
    number(column.restore, false, "h"),
    number(column.sources),
    number(column.silent, true),
    number(column.events),
    number(column.bytes, false, "B"),
    number(column.perGb, true),
    number(column.coverage),
  ];
  const rows = board.rows.map(({ unitId, reach, ...figures }): Value[] => [
    reach === "alone" ? words.alone(nameOf(unitId)) : nameOf(unitId),
    unitId,
    ...valuesOf(figures, language),
  ]);
  return {
    language,
    title: words.units,
    subtitle: words.made(minute(board.at)),
    filtersTitle: words.filters,
    filters: [
      words.range(minute(board.range.from), minute(board.range.to)),
      ...(board.parent === null ? [] : [words.under(nameOf(board.parent))]),
    ],
    columns,
    rows,
    total: rows.length > 1 ? [words.total, board.parent ?? "", ...valuesOf(board.total, language)] : undefined,
    notes: [...(board.left > 0 ? [words.left(board.left)] : []), ...words.notes],
  };
}

function valuesOf({ alerts, incidents, sources, volume, coverage }: UnitFigures, language: SheetLanguage): Value[] {
  const { bytes, count, duration, figure, share } = formatsOf(language);
  const times = incidents?.times;
  const { none } = WORDS[language];
  // That nothing was measured is known: it is not the same as not to know.
  const time = (ms: number | null | undefined): Value =>
    times !== undefined && ms === null ? { number: null, text: none } : duration(ms ?? null);
  const perGb = volume === null ? null : perGigabyte(alerts.seen, volume.bytes);
  const covered = coverage && coverage.enabled > 0 ? coverage.canFire / coverage.enabled : null;
  return [
    count(alerts.seen),
    count(alerts.open),
    count(alerts.severe),
    count(incidents?.opened ?? null),
    count(incidents?.open ?? null),
    time(times?.acknowledgeMs),
    time(times?.containMs),
    time(times?.restoreMs),
    count(sources?.total ?? null),
    count(sources?.silent ?? null),
    count(volume?.events ?? null),
    bytes(volume?.bytes ?? null),
    perGb === undefined ? { number: null, text: none } : figure(perGb),
    share(covered, coverage ? `${coverage.canFire} / ${coverage.enabled}` : undefined),
  ];
}
