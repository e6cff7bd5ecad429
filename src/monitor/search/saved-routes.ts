import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  QueryHistory,
  QueryHistoryEntry,
  QueryHistoryInput,
  QueryHistoryQuery,
  SavedSearch,
  SavedSearchInput,
  SavedSearchList,
  SavedSearchParams,
} from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { forgetQueries, listHistory, rememberQuery } from "./history.ts";
import { changeSavedSearch, deleteSavedSearch, listSavedSearches, noteUse, saveSearch } from "./saved-searches.ts";

const config = { access: "event:read" } as const;
const tags = ["search"];

/** `/api/v1/saved-searches`: what people keep. */
export const savedSearchRoutes =
  (deps: SearchDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      "/api/v1/saved-searches",
      { config, schema: { tags, summary: "Own and shared searches", response: { 200: SavedSearchList } } },
      (req) => listSavedSearches(deps, req.ctx),
    );
    app.post(
      "/api/v1/saved-searches",
      { config, schema: { tags, summary: "Keep a search", body: SavedSearchInput, response: { 201: SavedSearch } } },
      async (req, reply) => reply.code(201).send(await saveSearch(req.ctx, req.body)),
    );
    app.put(
      "/api/v1/saved-searches/:id",
      {
        config,
        schema: {
          tags,
          summary: "Change a search",
          params: SavedSearchParams,
          body: SavedSearchInput,
          response: { 200: SavedSearch },
        },
      },
      (req) => changeSavedSearch(req.ctx, req.params.id, req.body),
    );
    app.post(
      "/api/v1/saved-searches/:id/use",
      { config, schema: { tags, summary: "Note that a search was opened", params: SavedSearchParams } },
      async (req, reply) => {
        await noteUse(deps, req.ctx, req.params.id);
        return reply.code(204).send();
      },
    );
    app.delete(
      "/api/v1/saved-searches/:id",
      { config, schema: { tags, summary: "Delete a search", params: SavedSearchParams } },
      async (req, reply) => {
        await deleteSavedSearch(req.ctx, req.params.id);
        return reply.code(204).send();
      },
    );
  };

/** `/api/v1/query-history`: what one asked, for oneself alone. */
export const historyRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/api/v1/query-history",
    {
      config,
      schema: {
        tags,
        summary: "What one searched for",
        querystring: QueryHistoryQuery,
        response: { 200: QueryHistory },
      },
    },
    (req) => listHistory(req.ctx, req.query),
  );
  app.post(
    "/api/v1/query-history",
    { config, schema: { tags, summary: "Remember a query", body: QueryHistoryInput } },
    async (req, reply) => {
      await rememberQuery(req.ctx, req.body);
      return reply.code(204).send();
    },
  );
  app.delete(
    "/api/v1/query-history",
    { config, schema: { tags, summary: "Forget a query, or all", querystring: QueryHistoryEntry } },
    async (req, reply) => {
      await forgetQueries(req.ctx, req.query.entry);
      return reply.code(204).send();
    },
  );
};
