import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Ctx } from "../../../organization/access/index.ts";
import type { Scope } from "../hits.ts";
import { type RuleDeps, rangeOf, readRows } from "../service.ts";
import { Coverage, CoverageQuery, NavigatorLayer } from "./contract.ts";
import { coverageOf, navigatorLayer } from "./coverage.ts";

const READ = { access: "rule:read" } as const;
const tags = ["rules"];

type Asked = { readonly days: number; readonly unit?: readonly string[] | undefined };

export async function readCoverage(ctx: Ctx, query: Asked, deps: RuleDeps): Promise<Coverage> {
  const whole = rangeOf(ctx, query);
  const range = { ...whole, scope: narrowed(whole.scope, query.unit) };
  const { rows } = await readRows(ctx, range, { deps, withLogs: true });
  const [from, to] = [new Date(range.fromMs).toISOString(), new Date(range.toMs).toISOString()];
  return { ...coverageOf(rows), range: { from, to } };
}

/** Of the units asked for those that the reader may see. */
export function narrowed(scope: Scope, units: readonly string[] | undefined): Scope {
  if (units === undefined || units.length === 0) return scope;
  return { all: false, ids: scope.all ? units : units.filter((id) => scope.ids.includes(id)) };
}

/** `/api/v1/rules/coverage…` */
export const coverageRoutes =
  (deps: RuleDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/rules/coverage",
      {
        config: READ,
        schema: { tags, summary: "ATT&CK coverage", querystring: CoverageQuery, response: { 200: Coverage } },
      },
      (req) => readCoverage(req.ctx, req.query, deps),
    );
    app.get(
      "/api/v1/rules/coverage/layer",
      {
        config: READ,
        schema: {
          tags,
          summary: "ATT&CK coverage as a Navigator layer",
          querystring: CoverageQuery,
          response: { 200: NavigatorLayer },
        },
      },
      async (req, reply) => {
        const coverage = await readCoverage(req.ctx, req.query, deps);
        return reply
          .header("content-disposition", 'attachment; filename="yagura-attack-coverage.json"')
          .send(navigatorLayer(coverage, "Yagura"));
      },
    );
  };
