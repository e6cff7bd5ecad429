import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import { fileStamp } from "../../kernel/file-stamp.ts";
import { revealed } from "../../kernel/visible.ts";
import { localTime, zonedRange, zonedTime } from "../../kernel/zone.ts";
import { type Ctx, takenByUnit, type UnitPart } from "../../organization/access/index.ts";
import { type Block, type ReportDocument, toPdf } from "../../platform/pdf/index.ts";
import { eventsByUnit } from "../search/index.ts";
import { readAlerts } from "./alerts.ts";
import type { EntityAlerts, EntityEvents, EntityExportQuery, EntitySeen, EntitySummary } from "./contract.ts";
import type { EntityDeps } from "./deps.ts";
import { entityScope } from "./events.ts";
import { ALERT_STATES, INCIDENT_STATES, KINDS, LEVELS, WORDS } from "./export-words.ts";
import { readSeen } from "./seen.ts";
import { subjectOf } from "./subject.ts";
import { readLatest, readSummary } from "./summary.ts";

export type EntityFile = { readonly name: string; readonly mediaType: string; readonly bytes: Buffer };
type Told = {
  readonly summary: EntitySummary;
  readonly seen: EntitySeen;
  readonly latest: EntityEvents;
  readonly alerts: EntityAlerts | undefined;
};

/** The page as a file. Bounded by what the page holds; who took it out is audited before, in each unit that it tells of. Errors: as `readSummary`. */
export async function exportEntity(
  deps: EntityDeps,
  ctx: Ctx,
  asked: EntityExportQuery & { readonly signal?: AbortSignal },
): Promise<EntityFile> {
  const { format, language, tz, kind, from, to, unit } = asked;
  const { value } = subjectOf(kind, asked.value);
  const [told, taken] = await Promise.all([everything(deps, ctx, asked), eventsOf(deps, ctx, asked)]);
  const detail = { kind, value: value.slice(0, 300), from, to, unit, format };
  const entry = { action: "entity.export", target: { kind: "entity", id: kind }, detail };
  await ctx.change(
    () => takenByUnit(entry, withUnitsOf(taken, told.alerts)),
    async () => undefined,
  );
  const name = `${kind}-${fileStamp(ctx.now())}.${format}`;
  if (format === "json")
    return {
      name,
      mediaType: "application/json; charset=utf-8",
      bytes: Buffer.from(`${JSON.stringify(told, null, 2)}\n`),
    };
  if (format === "csv") return { name, mediaType: "text/csv; charset=utf-8", bytes: Buffer.from(toCsv(told)) };
  const report = reportOf(told, {
    language,
    tz,
    madeAt: ctx.now(),
    madeBy: ctx.actor.name,
    titleJaOf: deps.titleJaOf,
  });
  return { name, mediaType: "application/pdf", bytes: await toPdf(report, ctx.now()) };
}

async function everything(
  deps: EntityDeps,
  ctx: Ctx,
  asked: EntityExportQuery & { signal?: AbortSignal },
): Promise<Told> {
  const mayReadAlerts = hasAny(ctx.units("alert:read"));
  const [summary, seen, latest, alerts] = await Promise.all([
    readSummary(deps, ctx, asked),
    readSeen(deps, ctx, asked),
    readLatest(deps, ctx, asked),
    mayReadAlerts ? readAlerts(deps, ctx, { kind: asked.kind, value: asked.value }) : undefined,
  ]);
  return { summary, seen, latest, alerts };
}

/** Of which units the events of the window are. */
async function eventsOf(deps: EntityDeps, ctx: Ctx, asked: EntityExportQuery & { signal?: AbortSignal }) {
  const { scope } = await entityScope(deps, ctx, asked);
  return await eventsByUnit(deps, scope, asked.signal);
}

/** A unit may have alerts of the entity without an event in the window. */
const withUnitsOf = (events: readonly UnitPart[], alerts: EntityAlerts | undefined): UnitPart[] => {
  const named = new Set(events.map(({ unitId }) => unitId));
  const others = new Set((alerts?.items ?? []).map(({ unitId }) => unitId)).difference(named);
  return [...events, ...[...others].map((unitId) => ({ unitId, count: 0 }))];
};

const hasAny = (scope: ReturnType<Ctx["units"]>): boolean => scope.all || scope.ids.length > 0;

/** One line a fact: what it is, of what, how many, and when. */
function toCsv({ summary, seen, latest, alerts }: Told): string {
  const { kind, value, range } = summary;
  const lines: (string | number)[][] = [
    ["section", "kind", "value", "count", "first", "last", "detail"],
    ["entity", kind, value, summary.total, range.from, range.to, summary.sampled ? "sampled" : ""],
    ["seen", kind, value, "", seen.first?.at ?? "", seen.last?.at ?? "", ""],
    ...summary.spellings.map((text) => ["spelling", kind, text, "", "", "", ""]),
    ...summary.peers.map((peer) => ["peer", peer.kind, peer.value, peer.count, "", "", ""]),
    ...summary.programs.map((each) => ["program", "", String(each.value), each.count, "", "", ""]),
    ...summary.actions.map((each) => ["action", "", String(each.value), each.count, "", "", ""]),
    ...summary.rules.map((rule) => ["rule", rule.level, rule.title, rule.events, "", "", rule.id]),
    ...summary.holders.map((h) => ["holder", h.address, [h.host, h.user].join(" "), h.events, h.firstAt, h.lastAt, ""]),
    ...(alerts?.items ?? []).map((a) => [
      "alert",
      a.severity,
      a.rule.title,
      a.count,
      a.firstAt,
      a.lastAt,
      `${a.status} ${a.id}`,
    ]),
    ...(alerts && alerts.total > alerts.items.length ? [["alert", "", "…", alerts.total, "", "", "cut"]] : []),
    ...(alerts?.incidents ?? []).map((i) => [
      "incident",
      i.status,
      `INC-${i.number} ${i.title}`,
      i.alerts,
      "",
      "",
      i.id,
    ]),
    ...latest.items.map(({ id, time, dataset, six }) => [
      "event",
      dataset,
      Object.values(six).join(" / "),
      1,
      time,
      time,
      id,
    ]),
  ];
  return CSV_BOM + lines.map((cells) => csvRecord(cells)).join("");
}

/** Of one printed value; the file of data has it whole. */
const MAX_PRINTED_CHARS = 1_200;
const printed = (text: string): string => revealed(text, MAX_PRINTED_CHARS);

type Made = Pick<EntityDeps, "titleJaOf"> & {
  readonly language: "ja" | "en";
  readonly tz: string;
  readonly madeAt: Date;
  readonly madeBy: string;
};

export function reportOf({ summary, seen, latest, alerts }: Told, made: Made): ReportDocument {
  const { language, tz, madeAt, madeBy, titleJaOf } = made;
  const say = (key: keyof typeof WORDS): string => WORDS[key][language];
  const section = (key: keyof typeof WORDS, rows: readonly (readonly [string, string])[]): Block[] => [
    { kind: "heading", text: say(key) },
    rows.length === 0
      ? { kind: "text", text: say("none") }
      : { kind: "rows", rows: rows.map(([label, value]) => [printed(label), printed(value)] as const) },
  ];
  const counted = (items: EntitySummary["programs"]) =>
    items.map(({ value, count }) => [String(value), String(count)] as const);
  const level = (code: string): string => LEVELS[code]?.[language] ?? code;
  const titleOf = (rule: { readonly id: string; readonly title: string }): string =>
    (language === "ja" ? titleJaOf(rule.id) : undefined) ?? rule.title;
  const at = (instant: string | undefined): string => (instant === undefined ? "–" : localTime(instant, tz));
  const isCut = alerts !== undefined && alerts.total > alerts.items.length;
  return {
    language,
    title: revealed(`${KINDS[summary.kind][language]}: ${summary.value}`),
    subtitle: `${say("window")}: ${zonedRange(summary.range, tz)}`,
    blocks: [
      ...section("events", [
        [say("events"), String(summary.total)],
        [say("seen"), `${at(seen.first?.at)} – ${at(seen.last?.at)}`],
        [say("spellings"), summary.spellings.join("\n") || "–"],
        [say("made"), zonedTime(madeAt, tz)],
        [say("madeBy"), madeBy],
        ...(summary.sampled ? [["", say("sampled")] as const] : []),
      ]),
      ...(alerts
        ? section("alerts", [
            ...alerts.items.map(
              (a) =>
                [
                  `${at(a.lastAt)}\n${level(a.severity)} / ${ALERT_STATES[a.status][language]}`,
                  `${titleOf(a.rule)} (${a.count})`,
                ] as const,
            ),
            ...(isCut ? [[say("cut"), String(alerts.total)] as const] : []),
          ])
        : []),
      ...(alerts
        ? section(
            "incidents",
            alerts.incidents.map(
              (i) =>
                [
                  `INC-${i.number} / ${INCIDENT_STATES[i.status]?.[language] ?? i.status}`,
                  (language === "ja" ? i.titleJa : null) ?? i.title,
                ] as const,
            ),
          )
        : []),
      ...section(
        "rules",
        summary.rules.map((rule) => [`${level(rule.level)} (${rule.events})`, titleOf(rule)] as const),
      ),
      ...section(
        "peers",
        summary.peers.map(({ kind, value, count }) => [`${KINDS[kind][language]} (${count})`, value] as const),
      ),
      ...section("programs", counted(summary.programs)),
      ...section("actions", counted(summary.actions)),
      ...section(
        "holders",
        summary.holders.map(
          (h) => [`${at(h.firstAt)}\n${at(h.lastAt)}`, `${h.address}  ${h.host}  ${h.user}`] as const,
        ),
      ),
      ...section(
        "latest",
        latest.items.map(({ time, six }) => [at(time), Object.values(six).filter(Boolean).join(" / ") || "–"] as const),
      ),
    ],
  };
}
