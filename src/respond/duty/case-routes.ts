import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { addToCase, answerFacts, decideChange, declareKnown, removeFromCase } from "./conduct.ts";
import {
  AddEntryInput,
  CaseParams,
  DecideInput,
  DocumentInput,
  DocumentParams,
  Draft,
  DraftFileQuery,
  DraftQuery,
  DraftSave,
  DutyCase,
  FactsInput,
  FilingInput,
  KnownInput,
  MAX_FILE_BYTES,
  RemoveEntryInput,
  VoidInput,
} from "./contract.ts";
import {
  addDocument,
  approveDocument,
  draftFile,
  fileDocument,
  readDraft,
  readFileOf,
  type StoredFile,
  saveDraft,
  voidFiling,
} from "./documents.ts";
import { readCase } from "./read-case.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["notification duties"];
const PATH = "/api/v1/incidents/:id/duties";
const about = { tags, params: CaseParams };
const theCase = { 200: DutyCase };
/** Base64 takes four bytes for three. */
const UPLOAD_LIMIT = Math.ceil((MAX_FILE_BYTES * 4) / 3) + 65_536;

/** `/api/v1/incidents/:id/duties…` */
export const caseRoutes: FastifyPluginAsyncZod = async (app) => {
  await app.register(courseRoutes);
  await app.register(draftRoutes);
  await app.register(documentRoutes);
};

const courseRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    PATH,
    { config: READ, schema: { ...about, summary: "Notification duties of an incident", response: theCase } },
    (req) => readCase(req.ctx, req.params.id),
  );
  app.post(
    `${PATH}/known`,
    {
      config: WRITE,
      schema: { ...about, summary: "Declare since when it is known", body: KnownInput, response: theCase },
    },
    (req) => declareKnown(req.ctx, req.params.id, req.body),
  );
  app.post(
    `${PATH}/facts`,
    { config: WRITE, schema: { ...about, summary: "Answer questions of fact", body: FactsInput, response: theCase } },
    (req) => answerFacts(req.ctx, req.params.id, req.body),
  );
  app.post(
    `${PATH}/entries`,
    {
      config: WRITE,
      schema: { ...about, summary: "Take an entry of the register", body: AddEntryInput, response: theCase },
    },
    (req) => addToCase(req.ctx, req.params.id, req.body),
  );
  app.post(
    `${PATH}/entries/remove`,
    {
      config: WRITE,
      schema: { ...about, summary: "Take an entry out of the case", body: RemoveEntryInput, response: theCase },
    },
    (req) => removeFromCase(req.ctx, req.params.id, req.body),
  );
  app.post(
    `${PATH}/changes`,
    {
      config: WRITE,
      schema: { ...about, summary: "Confirm a later deadline, or take it back", body: DecideInput, response: theCase },
    },
    (req) => decideChange(req.ctx, req.params.id, req.body),
  );
};

const draftRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    `${PATH}/draft`,
    {
      config: READ,
      schema: { ...about, summary: "The report of a clock", querystring: DraftQuery, response: { 200: Draft } },
    },
    (req) => readDraft(req.ctx, req.params.id, req.query),
  );
  for (const format of ["pdf", "md"] as const)
    app.get(
      `${PATH}/draft.${format}`,
      { config: READ, schema: { ...about, summary: `The report as ${format}`, querystring: DraftFileQuery } },
      async (req, reply) => sendFile(reply, await draftFile(req.ctx, req.params.id, { ...req.query, format })),
    );
  app.put(
    `${PATH}/draft`,
    { config: WRITE, schema: { ...about, summary: "Word the report", body: DraftSave, response: { 200: Draft } } },
    (req) => saveDraft(req.ctx, req.params.id, req.body),
  );
};

const documentRoutes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    `${PATH}/documents`,
    {
      config: WRITE,
      bodyLimit: UPLOAD_LIMIT,
      schema: { ...about, summary: "Fix a file to be approved and sent", body: DocumentInput, response: theCase },
    },
    (req) => addDocument(req.ctx, req.params.id, req.body),
  );
  app.get(
    `${PATH}/documents/:document`,
    { config: READ, schema: { tags, summary: "A file as it was fixed", params: DocumentParams } },
    async (req, reply) => sendFile(reply, await readFileOf(req.ctx, req.params.id, req.params.document)),
  );
  app.post(
    `${PATH}/documents/:document/approve`,
    {
      config: WRITE,
      schema: { tags, summary: "Approve a file as a second person", params: DocumentParams, response: theCase },
    },
    (req) => approveDocument(req.ctx, req.params.id, req.params.document),
  );
  app.post(
    `${PATH}/filings`,
    { config: WRITE, schema: { ...about, summary: "Record what was sent", body: FilingInput, response: theCase } },
    (req) => fileDocument(req.ctx, req.params.id, req.body),
  );
  app.post(
    `${PATH}/filings/void`,
    {
      config: WRITE,
      schema: { ...about, summary: "A filing was recorded by mistake", body: VoidInput, response: theCase },
    },
    (req) => voidFiling(req.ctx, req.params.id, req.body),
  );
};

/** Always saved, never shown in the app's own origin: what people upload may be anything. */
function sendFile(reply: FastifyReply, { name, mediaType, bytes }: StoredFile): FastifyReply {
  return reply
    .type(mediaType)
    .header("x-content-type-options", "nosniff")
    .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(Buffer.from(bytes));
}
