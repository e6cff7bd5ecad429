import type { IncomingMessage } from "node:http";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { abandonBody, readBody } from "../../monitor/collect/index.ts";
import {
  CaseParams,
  CustodyInput,
  Evidence,
  EvidenceDelete,
  EvidenceList,
  EvidenceParams,
  EvidenceUpload,
  MAX_EVIDENCE_BYTES,
} from "./contract.ts";
import {
  type CaseDeps,
  deleteEvidence,
  handOverEvidence,
  listEvidence,
  readEvidence,
  takeEvidence,
  uploadEvidence,
} from "./evidence.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["incidents"];
const URL = "/api/v1/incidents/:id/evidence";
const LIMITS = { inflateRatio: 1, inflateGraceBytes: MAX_EVIDENCE_BYTES, bodyStallMs: 60_000 };
/** A slow line may take its time, a trickle may not keep a place for ever. */
const MIN_BYTES_PER_SECOND = 16 * 1024;
const GRACE_MS = 10 * 60_000;

/** `/api/v1/incidents/:id/evidence…` */
export const evidenceRoutes =
  (deps: CaseDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(uploadRoute(deps));
    app.get(
      URL,
      {
        config: READ,
        schema: { tags, summary: "Evidence", params: CaseParams, response: { 200: EvidenceList } },
      },
      (req) => listEvidence(req.ctx, req.params.id),
    );
    app.get(
      `${URL}/:evidenceId`,
      {
        config: READ,
        schema: {
          tags,
          summary: "A piece of evidence with its chain of custody",
          params: EvidenceParams,
          response: { 200: Evidence },
        },
      },
      (req) => readEvidence(req.ctx, req.params),
    );
    app.get(
      `${URL}/:evidenceId/file`,
      {
        config: READ,
        // A question about the file is no taking of it: each taking is a line in the chain.
        exposeHeadRoute: false,
        schema: { tags, summary: "The bytes of a piece of evidence", params: EvidenceParams },
      },
      async (req, reply) => {
        const { name, bytes, stream } = await takeEvidence(req.ctx, req.params, deps);
        // Whatever it is, no browser shows it: it may be what the attacker made.
        return reply
          .header("content-type", "application/octet-stream")
          .header("content-length", bytes)
          .header("content-disposition", dispositionOf(name))
          .header("content-security-policy", "sandbox; default-src 'none'")
          .header("cache-control", "no-store")
          .send(stream);
      },
    );
    const change = { tags, params: EvidenceParams, response: { 200: Evidence } };
    app.post(
      `${URL}/:evidenceId/custody`,
      { config: WRITE, schema: { ...change, summary: "Hand evidence over", body: CustodyInput } },
      (req) => handOverEvidence(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.post(
      `${URL}/:evidenceId/delete`,
      { config: WRITE, schema: { ...change, summary: "Delete the bytes, keep the record", body: EvidenceDelete } },
      (req) => deleteEvidence(req.ctx, { ...req.params, ...req.body }, deps),
    );
  };

/** RFC 6266: any name in UTF-8, and one in ASCII for what does not read that. */
export function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%/]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

const uploadRoute =
  (deps: CaseDeps): FastifyPluginAsyncZod =>
  async (app) => {
    // The body is a stream, read within its own bounds and only for those who may write.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    app.post(
      URL,
      {
        config: { ...WRITE, hasOwnBodyGuard: true },
        schema: {
          tags,
          summary: "Take a file in as evidence",
          params: CaseParams,
          querystring: EvidenceUpload,
          response: { 200: Evidence },
        },
      },
      async (request, reply) => {
        let isRead = false;
        const read = () => {
          isRead = true;
          return paced(request.raw, request.query.bytes);
        };
        try {
          const evidence = await uploadEvidence(request.ctx, { ...request.params, ...request.query, read }, deps);
          // The answer to a file that is here already comes before its bytes.
          if (!isRead) await abandonBody(request.raw, reply);
          return evidence;
        } catch (error) {
          await abandonBody(request.raw, reply);
          throw error;
        }
      },
    );
  };

/** The body, no longer than was said, given up when it trickles. Errors: `too_large`, `invalid` when it ends before its time. */
async function* paced(raw: IncomingMessage, bytes: number): AsyncGenerator<Buffer> {
  const limitMs = GRACE_MS + (bytes / MIN_BYTES_PER_SECOND) * 1_000;
  const timer = setTimeout(() => raw.destroy(new Error("the body took too long")), limitMs).unref();
  try {
    yield* readBody(raw, undefined, { ...LIMITS, maxBytes: bytes });
  } finally {
    clearTimeout(timer);
  }
}
