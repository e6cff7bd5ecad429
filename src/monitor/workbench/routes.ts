import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  ParserDeleted,
  ParserDetail,
  ParserDraft,
  ParserEnd,
  ParserList,
  ParserParams,
  ParserPublish,
  ParserRollback,
  ParserTried,
  ParserTry,
  ParserVersionParams,
  ParserVersionText,
  SourceLines,
  SourceLinesParams,
  SourceLinesQuery,
} from "./contract.ts";
import {
  deleteParser,
  listParsers,
  publishParser,
  readParser,
  readParserVersion,
  rollBackParser,
  saveDraft,
  tryParser,
  unpublishParser,
  type WorkbenchDeps,
} from "./service.ts";
import { readSourceLines } from "./source-lines.ts";

const READ = { access: "source:read" } as const;
const WRITE = { access: "source:write" } as const;
const tags = ["parsers"];

/** `/api/v1/parsers…` and the lines of a source that a parser is written for. */
export const workbenchRoutes =
  (deps: WorkbenchDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/parsers",
      { config: READ, schema: { tags, summary: "Parsers that people wrote", response: { 200: ParserList } } },
      (req) => listParsers(req.ctx),
    );
    app.post(
      "/api/v1/parsers/try",
      {
        config: READ,
        schema: { tags, summary: "Read lines by a document", body: ParserTry, response: { 200: ParserTried } },
      },
      (req) => tryParser(req.ctx, req.body, deps),
    );
    app.get(
      "/api/v1/parsers/:id",
      { config: READ, schema: { tags, summary: "One parser", params: ParserParams, response: { 200: ParserDetail } } },
      (req) => readParser(req.ctx, req.params.id),
    );
    app.get(
      "/api/v1/parsers/:id/versions/:version",
      {
        config: READ,
        schema: {
          tags,
          summary: "A published text",
          params: ParserVersionParams,
          response: { 200: ParserVersionText },
        },
      },
      (req) => readParserVersion(req.ctx, req.params),
    );
    app.put(
      "/api/v1/parsers/:id",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Store a draft",
          params: ParserParams,
          body: ParserDraft,
          response: { 200: ParserDetail },
        },
      },
      (req) => saveDraft(req.ctx, { ...req.body, id: req.params.id }),
    );
    const verb = <Body extends typeof ParserPublish | typeof ParserRollback | typeof ParserEnd>(
      summary: string,
      body: Body,
    ) => ({
      config: WRITE,
      schema: { tags, summary, params: ParserParams, body, response: { 200: ParserDetail } },
    });
    app.post("/api/v1/parsers/:id/publish", verb("Put the draft in force", ParserPublish), (req) =>
      publishParser(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post("/api/v1/parsers/:id/rollback", verb("Put an earlier version in force", ParserRollback), (req) =>
      rollBackParser(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post("/api/v1/parsers/:id/unpublish", verb("Take a parser out of force", ParserEnd), (req) =>
      unpublishParser(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.post(
      "/api/v1/parsers/:id/delete",
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Delete a parser",
          params: ParserParams,
          body: ParserEnd,
          response: { 200: ParserDeleted },
        },
      },
      (req) => deleteParser(req.ctx, { ...req.body, id: req.params.id }, deps),
    );
    app.get(
      "/api/v1/sources/:id/lines",
      {
        config: { access: "event:read" },
        schema: {
          tags,
          summary: "A source's newest lines, as they came",
          params: SourceLinesParams,
          querystring: SourceLinesQuery,
          response: { 200: SourceLines },
        },
      },
      (req) => readSourceLines(req.ctx, { ...req.query, id: req.params.id }, deps),
    );
  };
