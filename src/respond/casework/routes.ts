import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import {
  CaseNote,
  CaseParams,
  NoteInput,
  NoteList,
  NoteParams,
  NoteSave,
  NoteVersion,
  NoteVersionParams,
  NoteVersions,
  SimilarIncidents,
  TaskInput,
  TaskList,
  TaskMove,
  TaskParams,
  TaskPatch,
} from "./contract.ts";
import type { CaseDeps } from "./evidence.ts";
import { evidenceRoutes } from "./evidence-routes.ts";
import { addNote, listNotes, listVersions, readNote, readVersion, saveNote } from "./notes.ts";
import { readSimilar } from "./similar.ts";
import { addTask, changeTask, listTasks, moveTask } from "./tasks.ts";

const READ = { access: "incident:read" } as const;
const WRITE = { access: "incident:write" } as const;
const tags = ["incidents"];
const URL = "/api/v1/incidents/:id";

/** Tasks, notes, evidence and similar incidents below `/api/v1/incidents/:id` */
export const caseRoutes =
  (deps: CaseDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(taskRoutes(deps));
    await app.register(noteRoutes);
    await app.register(evidenceRoutes(deps));
    app.get(
      `${URL}/similar`,
      {
        config: READ,
        schema: {
          tags,
          summary: "Incidents that touch the same entities",
          params: CaseParams,
          response: { 200: SimilarIncidents },
        },
      },
      (req) => readSimilar(req.ctx, req.params.id),
    );
  };

const taskRoutes =
  (deps: CaseDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const response = { 200: TaskList };
    app.get(
      `${URL}/tasks`,
      { config: READ, schema: { tags, summary: "Tasks of an incident", params: CaseParams, response } },
      (req) => listTasks(req.ctx, req.params.id),
    );
    app.post(
      `${URL}/tasks`,
      { config: WRITE, schema: { tags, summary: "Add a task", params: CaseParams, body: TaskInput, response } },
      (req) => addTask(req.ctx, { id: req.params.id, ...req.body }, deps),
    );
    app.patch(
      `${URL}/tasks/:taskId`,
      { config: WRITE, schema: { tags, summary: "Change a task", params: TaskParams, body: TaskPatch, response } },
      (req) => changeTask(req.ctx, { ...req.params, ...req.body }, deps),
    );
    app.post(
      `${URL}/tasks/:taskId/move`,
      { config: WRITE, schema: { tags, summary: "Move a task", params: TaskParams, body: TaskMove, response } },
      (req) => moveTask(req.ctx, { ...req.params, ...req.body }),
    );
  };

const noteRoutes: FastifyPluginAsyncZod = async (app) => {
  const response = { 200: CaseNote };
  app.get(
    `${URL}/case-notes`,
    {
      config: READ,
      schema: { tags, summary: "Notes of an incident", params: CaseParams, response: { 200: NoteList } },
    },
    (req) => listNotes(req.ctx, req.params.id),
  );
  app.post(
    `${URL}/case-notes`,
    { config: WRITE, schema: { tags, summary: "Write a note", params: CaseParams, body: NoteInput, response } },
    (req) => addNote(req.ctx, { id: req.params.id, ...req.body }),
  );
  app.get(
    `${URL}/case-notes/:noteId`,
    { config: READ, schema: { tags, summary: "One note with its text", params: NoteParams, response } },
    (req) => readNote(req.ctx, req.params),
  );
  app.get(
    `${URL}/case-notes/:noteId/versions`,
    {
      config: READ,
      schema: { tags, summary: "Versions of a note", params: NoteParams, response: { 200: NoteVersions } },
    },
    (req) => listVersions(req.ctx, req.params),
  );
  app.get(
    `${URL}/case-notes/:noteId/versions/:version`,
    {
      config: READ,
      schema: {
        tags,
        summary: "A version of a note with its text",
        params: NoteVersionParams,
        response: { 200: NoteVersion },
      },
    },
    (req) => readVersion(req.ctx, req.params),
  );
  app.put(
    `${URL}/case-notes/:noteId`,
    { config: WRITE, schema: { tags, summary: "Save a note", params: NoteParams, body: NoteSave, response } },
    (req) => saveNote(req.ctx, { ...req.params, ...req.body }),
  );
};
