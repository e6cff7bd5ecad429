import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { fileStamp } from "../../kernel/file-stamp.ts";
import { type Ctx, isInScope, type Permission } from "../../organization/access/index.ts";
import { toPdf } from "../../platform/pdf/index.ts";
import { RuleBoard, RulesQuery, SheetLanguage, UnitBoard, UnitsQuery, Wall, type WallFunnel } from "./contract.ts";
import type { DashboardDeps } from "./deps.ts";
import { createKept } from "./kept.ts";
import { readRuleBoard } from "./rule-board.ts";
import { ruleSheet } from "./rule-sheet.ts";
import { type Sheet, toCsv, toReport } from "./sheet.ts";
import { placesIn } from "./store.ts";
import { recordTaken } from "./taken.ts";
import { readUnitBoard } from "./unit-board.ts";
import { unitSheet } from "./unit-sheet.ts";
import { readWall, readWallFunnel } from "./wall.ts";

const ALERTS = { access: "alert:read" } as const;
const RULES = { access: "rule:read" } as const;
const tags = ["dashboards"];
const URL = "/api/v1/dashboards";
const language = { language: SheetLanguage.default("ja") };
const UnitFile = UnitsQuery.extend(language);
const RuleFile = RulesQuery.extend(language);
/** Rules in one file. */
const FILE_RULES = 500;
const KEPT_MS = 10_000;
const WALL_MS = 3_000;
/** Counting the events of a day is the dearest figure of the wall, and the one that says least from moment to moment. */
const FUNNEL_MS = 30_000;
const FORMATS = ["csv", "pdf"] as const;
const READS: readonly Permission[] = ["alert:read", "incident:read", "source:read", "rule:read"];

/** Who sees the same is answered the same. */
const sightOf = (ctx: Ctx): unknown => READS.map((permission) => ctx.units(permission));

/** `/api/v1/dashboards…` */
export function dashboardRoutes(deps: DashboardDeps, nowMs: () => number = Date.now): FastifyPluginAsyncZod {
  const [units, rules, wall, funnel] = [
    createKept<UnitBoard>(KEPT_MS, nowMs),
    createKept<RuleBoard>(KEPT_MS, nowMs),
    createKept<Omit<Wall, "funnel">>(WALL_MS, nowMs),
    createKept<WallFunnel>(FUNNEL_MS, nowMs),
  ];
  const readWhole = async (ctx: Ctx): Promise<Wall> => {
    const sight = JSON.stringify(sightOf(ctx));
    const [waiting, steps] = await Promise.all([
      wall(sight, () => readWall(ctx, deps)),
      funnel(sight, () => readWallFunnel(ctx, deps)),
    ]);
    return { ...waiting, funnel: steps };
  };
  const readUnits = (ctx: Ctx, { days, unit }: UnitsQuery) =>
    units(JSON.stringify([sightOf(ctx), days, unit]), () => readUnitBoard(ctx, { days, unit }, deps));
  const readRules = (ctx: Ctx, query: RulesQuery) =>
    rules(JSON.stringify([sightOf(ctx), query]), () => readRuleBoard(ctx, query, deps));

  return async (app) => {
    app.get(
      `${URL}/units`,
      {
        config: ALERTS,
        schema: { tags, summary: "Units side by side", querystring: UnitsQuery, response: { 200: UnitBoard } },
      },
      (req) => readUnits(req.ctx, req.query),
    );
    app.get(
      `${URL}/rules`,
      {
        config: RULES,
        schema: { tags, summary: "Rules side by side", querystring: RulesQuery, response: { 200: RuleBoard } },
      },
      (req) => readRules(req.ctx, req.query),
    );
    app.get(
      `${URL}/wall`,
      { config: ALERTS, schema: { tags, summary: "What waits, for a display", response: { 200: Wall } } },
      (req) => readWhole(req.ctx),
    );
    for (const format of FORMATS) {
      app.get(
        `${URL}/units.${format}`,
        {
          config: ALERTS,
          exposeHeadRoute: false,
          schema: { tags, summary: `Units as ${format.toUpperCase()}`, querystring: UnitFile },
        },
        async (req, reply) => {
          const { language: wanted, ...query } = req.query;
          const board = await readUnits(req.ctx, query);
          const sheet = unitSheet({ board, nameOf: await namesFor(req.ctx, wanted) }, wanted);
          const file = await fileOf(sheet, format, board);
          const units = [...(board.parent === null ? [] : [board.parent]), ...board.rows.map(({ unitId }) => unitId)];
          await recordTaken(req.ctx, { what: "units", format, query, range: board.range, units });
          return reply
            .type(file.type)
            .header("content-disposition", file.named("units", board.parent))
            .send(file.bytes);
        },
      );
      app.get(
        `${URL}/rules.${format}`,
        {
          config: RULES,
          exposeHeadRoute: false,
          schema: { tags, summary: `Rules as ${format.toUpperCase()}`, querystring: RuleFile },
        },
        async (req, reply) => {
          const { language: wanted, ...query } = req.query;
          // The file has all that the filters let through, not only the page that is shown.
          const board = await readRules(req.ctx, { ...query, limit: FILE_RULES });
          const nameOf = await namesFor(req.ctx, wanted);
          const file = await fileOf(ruleSheet({ board, query, nameOf }, wanted), format, board);
          const unit = query.under ?? (query.unit?.length === 1 ? query.unit[0] : undefined);
          const scope = req.ctx.units("rule:read");
          const units = (query.under === undefined ? (query.unit ?? []) : [query.under]).filter((id) =>
            isInScope(scope, id),
          );
          await recordTaken(req.ctx, { what: "rules", format, query, range: board.range, units });
          return reply.type(file.type).header("content-disposition", file.named("rules", unit)).send(file.bytes);
        },
      );
    }
  };
}

async function namesFor(ctx: Ctx, wanted: SheetLanguage): Promise<(unitId: string) => string> {
  const places = await placesIn(ctx.state, ctx.units("alert:read"));
  const names = new Map(places.map(({ id, nameJa, nameEn }) => [id, wanted === "ja" ? nameJa : nameEn]));
  return (unitId) => names.get(unitId) ?? unitId;
}

type Made = { readonly at: string; readonly range: { readonly from: string; readonly to: string } };

/** Its name says of what it is: two files of different units or ranges are not taken for each other. */
async function fileOf(sheet: Sheet, format: (typeof FORMATS)[number], { at, range }: Made) {
  const stamp = fileStamp(new Date(at));
  const day = (instant: string) => instant.slice(0, 10).replaceAll("-", "");
  const named = (what: string, unitId: string | null | undefined) => {
    const unit = unitId ? `${unitId.replaceAll(/[^\w-]/g, "_").slice(0, 64)}-` : "";
    return `attachment; filename="yagura-${what}-${unit}${day(range.from)}-${day(range.to)}-made-${stamp}.${format}"`;
  };
  return format === "csv"
    ? { type: "text/csv; charset=utf-8", bytes: Buffer.from(toCsv(sheet)), named }
    : { type: "application/pdf", bytes: await toPdf(toReport(sheet), new Date(at)), named };
}
