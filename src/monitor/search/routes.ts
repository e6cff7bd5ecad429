import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { closeSignal, createStreamGate, openEventStream } from "../../platform/http/index.ts";
import {
  EventDetail,
  EventParams,
  EventQuery,
  ExportQuery,
  FieldList,
  FieldListQuery,
  FieldValues,
  FieldValuesQuery,
  Funnel,
  FunnelQuery,
  Histogram,
  HistogramQuery,
  SearchPage,
  SearchQuery,
  SearchSchema,
  SurroundingQuery,
  Surroundings,
  TailQuery,
} from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { readEvent } from "./detail.ts";
import { streamTail } from "./event-stream.ts";
import { exportEvents } from "./export.ts";
import { listFields, listValues } from "./fields.ts";
import { readFunnel } from "./funnel.ts";
import { readHistogram } from "./histogram.ts";
import { KNOWN_NAMES } from "./language/names.ts";
import { searchEvents } from "./page.ts";
import { historyRoutes, savedSearchRoutes } from "./saved-routes.ts";
import { readSurroundings } from "./surroundings.ts";
import { openTail } from "./tail.ts";

const config = { access: "event:read" } as const;
const tags = ["search"];

/** `/api/v1/search/*`, `/api/v1/events/:id`, `/api/v1/saved-searches`, `/api/v1/query-history`, `/api/v1/funnel` */
export const searchRoutes =
  (deps: SearchDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(questionRoutes(deps));
    await app.register(streamRoutes(deps));
    await app.register(savedSearchRoutes(deps));
    await app.register(historyRoutes);
  };

const questionRoutes =
  (deps: SearchDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/search/events",
      { config, schema: { tags, summary: "Search events", querystring: SearchQuery, response: { 200: SearchPage } } },
      (req, reply) => searchEvents(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/search/histogram",
      {
        config,
        schema: {
          tags,
          summary: "Matching events over time",
          querystring: HistogramQuery,
          response: { 200: Histogram },
        },
      },
      (req, reply) => readHistogram(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/search/fields",
      {
        config,
        schema: {
          tags,
          summary: "Fields of the matching events",
          querystring: FieldListQuery,
          response: { 200: FieldList },
        },
      },
      (req, reply) => listFields(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/search/values",
      {
        config,
        schema: {
          tags,
          summary: "Top values of one field",
          querystring: FieldValuesQuery,
          response: { 200: FieldValues },
        },
      },
      (req, reply) => listValues(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/search/schema",
      { config, schema: { tags, summary: "Names the query language knows", response: { 200: SearchSchema } } },
      async () => ({
        fields: KNOWN_NAMES.map(({ name, column, kind, aliases }) => ({ name, column, kind, aliases: [...aliases] })),
      }),
    );
    app.get(
      "/api/v1/events/:id",
      {
        config,
        schema: {
          tags,
          summary: "One event",
          params: EventParams,
          querystring: EventQuery,
          response: { 200: EventDetail },
        },
      },
      (req, reply) => readEvent(deps, req.ctx, { ...req.params, ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/events/:id/surroundings",
      {
        config,
        schema: {
          tags,
          summary: "What happened around an event",
          params: EventParams,
          querystring: SurroundingQuery,
          response: { 200: Surroundings },
        },
      },
      (req, reply) => readSurroundings(deps, req.ctx, { ...req.params, ...req.query, signal: closeSignal(reply) }),
    );
    app.get(
      "/api/v1/funnel",
      {
        config,
        schema: {
          tags,
          summary: "Events, detections, alerts, incidents",
          querystring: FunnelQuery,
          response: { 200: Funnel },
        },
      },
      (req, reply) => readFunnel(deps, req.ctx, { ...req.query, signal: closeSignal(reply) }),
    );
  };

const streamRoutes =
  (deps: SearchDeps): FastifyPluginAsyncZod =>
  async (app) => {
    // Each tail asks the engine once a second.
    const gate = createStreamGate({ total: 50, perActor: 4 });
    const closing = new AbortController();
    // Before the server waits for its connections, or it would wait for these for half an hour.
    app.addHook("preClose", async () => closing.abort("shutdown"));
    app.get(
      "/api/v1/search/export",
      {
        config,
        exposeHeadRoute: false,
        schema: { tags, summary: "Matching events as a file", querystring: ExportQuery },
      },
      async (req, reply) => {
        const file = await exportEvents(deps, req.ctx, { ...req.query, signal: closeSignal(reply) });
        return reply
          .type(file.contentType)
          .header("content-disposition", `attachment; filename="${file.name}"`)
          .send(Readable.from(file.chunks, { objectMode: false }));
      },
    );
    app.get(
      "/api/v1/search/tail",
      {
        config,
        exposeHeadRoute: false,
        schema: { tags, summary: "Live tail (text/event-stream)", querystring: TailQuery },
      },
      async (req, reply) => {
        const tail = await openTail(deps, req.ctx, req.query);
        const leave = gate.enter(req.ctx.actor.id);
        try {
          await runTail(deps, tail, { req, reply, closing: closing.signal });
        } finally {
          leave();
        }
      },
    );
  };

async function runTail(
  deps: SearchDeps,
  tail: Awaited<ReturnType<typeof openTail>>,
  { req, reply, closing }: { req: FastifyRequest; reply: FastifyReply; closing: AbortSignal },
): Promise<void> {
  const stream = openEventStream(reply);
  const signal = AbortSignal.any([stream.signal, closing]);
  try {
    await streamTail(tail, stream, { signal, isStillSignedIn: () => deps.isStillSignedIn(req) });
  } catch (error) {
    req.log.error(error, "a live tail broke");
  } finally {
    stream.end();
  }
}
