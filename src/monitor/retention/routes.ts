import { Readable } from "node:stream";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { CSV_BOM, csvRecord } from "../../kernel/csv.ts";
import type { Ctx } from "../../organization/access/index.ts";
import {
  type Deletion,
  DeletionQuery,
  Deletions,
  PolicyDraft,
  PolicySave,
  PolicySaved,
  RetentionOverview,
  RetentionPreview,
  SCOPE_KINDS,
  ScopeParams,
  UnitPolicyDraft,
  UnitPolicySave,
} from "./contract.ts";
import {
  exportDeletions,
  previewPolicy,
  type RetentionDeps,
  readDeletions,
  retentionOverview,
  setPolicy,
} from "./service.ts";

const READ = { access: "source:read" } as const;
const WRITE = { access: "retention:write" } as const;
const tags = ["retention"];

/** `/api/v1/retention…` */
export const retentionRoutes =
  (deps: RetentionDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/retention",
      {
        config: READ,
        schema: {
          tags,
          summary: "How long events are kept, and what that comes to",
          response: { 200: RetentionOverview },
        },
      },
      (req) => retentionOverview(req.ctx, deps),
    );
    for (const kind of SCOPE_KINDS) {
      app.post(
        `/api/v1/retention/${kind}s/:id/preview`,
        {
          config: WRITE,
          schema: {
            tags,
            summary: `What a policy of a ${kind} would delete`,
            params: ScopeParams,
            body: kind === "unit" ? UnitPolicyDraft : PolicyDraft,
            response: { 200: RetentionPreview },
          },
        },
        (req) => previewPolicy(req.ctx, { kind, id: req.params.id }, req.body, deps),
      );
      app.put(
        `/api/v1/retention/${kind}s/:id`,
        {
          config: WRITE,
          schema: {
            tags,
            summary: `Set how long events of a ${kind} are kept`,
            params: ScopeParams,
            body: kind === "unit" ? UnitPolicySave : PolicySave,
            response: { 200: PolicySaved },
          },
        },
        (req) => setPolicy(req.ctx, { kind, id: req.params.id }, req.body, deps),
      );
    }
    app.get(
      "/api/v1/retention/deletions",
      {
        config: READ,
        schema: {
          tags,
          summary: "What was deleted by policy",
          querystring: DeletionQuery,
          response: { 200: Deletions },
        },
      },
      (req) => readDeletions(req.ctx, req.query),
    );
    app.get(
      "/api/v1/retention/deletions.csv",
      { config: READ, schema: { tags, summary: "What was deleted by policy, as a file" } },
      (req, reply) =>
        reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", 'attachment; filename="deletions.csv"')
          .send(Readable.from(csvOf(req.ctx))),
    );
  };

const HEAD = [
  ...[
    "id",
    "day",
    "unit",
    "source",
    "source name",
    "events",
    "raw bytes",
    "bytes on disk (estimate)",
    "received from",
    "received to",
  ],
  ...[
    "time from",
    "time to",
    "first event",
    "last event",
    "policy of",
    "policy version",
    "policy days",
    "policy set by",
    "policy set at",
  ],
  ...["planned at", "done at"],
];

async function* csvOf(ctx: Ctx): AsyncGenerator<string> {
  yield CSV_BOM + csvRecord(HEAD);
  for await (const page of exportDeletions(ctx)) yield page.map((row) => csvRecord(cellsOf(row))).join("");
}

const cellsOf = (row: Deletion): (string | number)[] => [
  ...[row.id, row.day, row.unitId, row.source.id, row.source.name, row.events, row.rawBytes, row.diskBytes],
  ...[row.receivedFrom, row.receivedTo, row.timeFrom, row.timeTo, row.firstEvent, row.lastEvent],
  ...[`${row.policy.kind} ${row.policy.id}`, row.policy.version, row.policy.days, row.policy.setBy, row.policy.setAt],
  ...[row.plannedAt, row.doneAt ?? ""],
];
