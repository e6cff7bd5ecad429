import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Ctx } from "../../../organization/access/index.ts";
import { type RuleDeps, rangeOf, readRows } from "../service.ts";
import { Coverage, CoverageQuery, NavigatorLayer } from "./contract.ts";
import { coverageOf, navigatorLayer } from "./coverage.ts";

const READ = { access: "rule:read" } as const;
const tags = ["rules"];

export async function readCoverage(ctx: Ctx, query: { days: number }, deps: RuleDeps): Promise<Coverage> {
  const range = rangeOf(ctx, query);
  const { rows } = await readRows(ctx, range, { deps, withLogs: true });
  const [from, to] = [new Date(range.fromMs).toISOString(), new Date(range.toMs).toISOString()];
  return { ...coverageOf(rows), range: { from, to } };
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
