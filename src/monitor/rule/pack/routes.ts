import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { abandonBody, readBody } from "../../collect/body.ts";
import {
  PackArchiveQuery,
  PackDetail,
  PackDifference,
  PackGitInput,
  PackImport,
  PackList,
  PackParams,
  PackPreview,
  PackRemove,
  PackRemoved,
  PackRollback,
  PackSwitch,
  PackVersionParams,
} from "./contract.ts";
import { previewArchive, previewGit } from "./import-from.ts";
import {
  importPack,
  listPacks,
  type PackDeps,
  readDifference,
  readPackDetail,
  removePack,
  rollbackPack,
  switchPack,
} from "./service.ts";
import { MAX_ARCHIVE_BYTES } from "./source/archive.ts";

const READ = { access: "rule:read" } as const;
const WRITE = { access: "rule:write" } as const;
const tags = ["rules"];
const URL = "/api/v1/rule-packs";

/** `/api/v1/rule-packs…` */
export const packRoutes =
  (deps: PackDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(uploadRoute(deps));
    await app.register(changeRoutes(deps));
    app.get(URL, { config: READ, schema: { tags, summary: "Rule packs", response: { 200: PackList } } }, (req) =>
      listPacks(req.ctx, deps),
    );
    app.get(
      `${URL}/:name`,
      {
        config: READ,
        schema: { tags, summary: "A pack's versions", params: PackParams, response: { 200: PackDetail } },
      },
      (req) => readPackDetail(req.ctx, req.params.name),
    );
    app.get(
      `${URL}/:name/versions/:version/difference`,
      {
        config: READ,
        schema: {
          tags,
          summary: "What going to another version would change",
          params: PackVersionParams,
          response: { 200: PackDifference },
        },
      },
      (req) => readDifference(req.ctx, req.params),
    );
  };

const changeRoutes =
  (deps: PackDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      `${URL}/read-git`,
      {
        config: WRITE,
        schema: { tags, summary: "Look into a repository", body: PackGitInput, response: { 200: PackPreview } },
      },
      (req) => previewGit(req.ctx, { ...req.body, isOwner: false }, deps),
    );
    app.post(
      `${URL}/import`,
      {
        config: WRITE,
        schema: { tags, summary: "Import what was looked into", body: PackImport, response: { 201: PackDetail } },
      },
      async (req, reply) => reply.code(201).send(await importPack(req.ctx, req.body, deps)),
    );
    const change = { tags, params: PackParams, response: { 200: PackDetail } };
    app.post(
      `${URL}/:name/rollback`,
      { config: WRITE, schema: { ...change, summary: "Put a former version in force", body: PackRollback } },
      (req) => rollbackPack(req.ctx, { ...req.body, ...req.params }, deps),
    );
    app.post(
      `${URL}/:name/switch`,
      { config: WRITE, schema: { ...change, summary: "Switch a pack on or off", body: PackSwitch } },
      (req) => switchPack(req.ctx, { ...req.body, ...req.params }, deps),
    );
    app.post(
      `${URL}/:name/remove`,
      {
        config: WRITE,
        schema: { ...change, summary: "Remove a pack", body: PackRemove, response: { 200: PackRemoved } },
      },
      (req) => removePack(req.ctx, { ...req.body, ...req.params }, deps),
    );
  };

const BODY_LIMITS = {
  maxBytes: MAX_ARCHIVE_BYTES,
  inflateRatio: 1_000,
  inflateGraceBytes: MAX_ARCHIVE_BYTES,
  bodyStallMs: 60_000,
};

const uploadRoute =
  (deps: PackDeps): FastifyPluginAsyncZod =>
  async (app) => {
    // The body is a stream, read within its own bounds and only for those who may import.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    app.post(
      `${URL}/read-archive`,
      {
        config: WRITE,
        schema: {
          tags,
          summary: "Look into an archive",
          querystring: PackArchiveQuery,
          response: { 200: PackPreview },
        },
      },
      async (request, reply) => {
        try {
          return await previewArchive(request.ctx, { ...request.query, read: () => wholeBody(request) }, deps);
        } catch (error) {
          await abandonBody(request.raw, reply);
          throw error;
        }
      },
    );
  };

async function wholeBody({ raw }: FastifyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBody(raw, undefined, BODY_LIMITS)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
