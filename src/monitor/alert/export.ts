import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import { fileStamp } from "../../kernel/file-stamp.ts";
import { type Ctx, takenByUnit } from "../../organization/access/index.ts";
import { type AlertRow, type AlertSelectionQuery, MAX_EXPORT_ALERTS } from "./contract.ts";
import { countAsked, countByUnit, walkAlerts } from "./store.ts";

export type AlertFile = { readonly name: string; readonly chunks: AsyncIterable<string> };

const HEAD = [
  ...["id", "severity", "severity by rule", "severity by analyst", "priority", "status", "disposition", "reason"],
  ...["assignee id", "assignee", "rule id", "rule", "tactics", "techniques", "entity kind", "entity", "unit", "source"],
  ...["detections", "first seen", "last seen", "opened", "closed before", "notes"],
  ...["who", "where_from", "with_what", "what", "did_what"],
];

/**
 * The queue as it is filtered and sorted, at most 20,000 alerts, written while it is read. When more match, the file's name says so, and
 * how many where that is known. Who took what out is audited in each
 * unit before the first row leaves.
 */
export async function exportAlerts(ctx: Ctx, query: AlertSelectionQuery): Promise<AlertFile> {
  const { sort, order, ...filter } = query;
  const asking = { scope: ctx.units("alert:read"), me: ctx.actor.id };
  const { total, isTotalCapped } = await countAsked(ctx.state, filter, { ...asking, cap: MAX_EXPORT_ALERTS });
  const taken = await countByUnit(ctx.state, query, { ...asking, limit: MAX_EXPORT_ALERTS });
  const entry = {
    action: "alert.export",
    target: { kind: "alert-list", id: "csv" },
    detail: { filter, sort, order, matching: total, isMore: isTotalCapped, limit: MAX_EXPORT_ALERTS },
  };
  await ctx.change(
    () => takenByUnit(entry, taken),
    async () => undefined,
  );
  const stamp = fileStamp(ctx.now());
  const isCut = isTotalCapped || total > MAX_EXPORT_ALERTS;
  const cut = isCut ? `-first-${MAX_EXPORT_ALERTS}-of-${isTotalCapped ? "more" : total}` : "";
  return {
    name: `alerts-${stamp}${cut}.csv`,
    chunks: csvOf(walkAlerts(ctx.state, query, { ...asking, limit: MAX_EXPORT_ALERTS, nowMs: ctx.now().getTime() })),
  };
}

async function* csvOf(pages: AsyncIterable<readonly AlertRow[]>): AsyncGenerator<string> {
  yield CSV_BOM + csvRecord(HEAD);
  for await (const page of pages) yield page.map((row) => csvRecord(cellsOf(row))).join("");
}

function cellsOf(row: AlertRow): (string | number)[] {
  const { rule, entity, assignee, sample } = row;
  return [
    ...[row.id, row.severity, row.level, row.expertSeverity ?? "", row.priority?.score ?? "", row.status],
    ...[row.disposition ?? "", row.reason, assignee?.id ?? "", assignee?.name ?? "", rule.id, rule.title],
    ...[rule.tactics.join(" "), rule.techniques.join(" "), entity.kind, entity.value, row.unitId, row.sourceId],
    ...[row.count, row.firstAt, row.lastAt, row.createdAt, row.recurrence, row.noteCount],
    ...[sample.six.who, sample.six.whereFrom, sample.six.withWhat, sample.six.what, sample.six.didWhat],
  ];
}
