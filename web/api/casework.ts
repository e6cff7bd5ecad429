import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/casework/contract.ts";
import type * as shift from "../../src/respond/handover/contract.ts";
import type * as room from "../../src/respond/warroom/contract.ts";
import { get, patch, post, put } from "./client.ts";
import { type Uploading, uploadFile } from "./upload.ts";

export type { CaseNote, CustodyEntry, Evidence, Task } from "../../src/respond/casework/contract.ts";
export type { Handover, HandoverItem } from "../../src/respond/handover/contract.ts";
export type { FeedItem } from "../../src/respond/warroom/contract.ts";

export const TASK_STATES: typeof contract.TASK_STATES = ["todo", "doing", "done", "dropped"];
export const MAX_EVIDENCE_BYTES = 512 * 1024 ** 2;
export const MAX_NOTE_CHARS: typeof contract.MAX_NOTE_CHARS = 50_000;

const at = (id: string): string => `/api/v1/incidents/${encodeURIComponent(id)}`;

export const tasksQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "tasks", id],
    queryFn: ({ signal }) => get<contract.TaskList>(`${at(id)}/tasks`, {}, signal),
    refetchInterval: 60_000,
  });
export const addTask = (id: string, input: z.input<typeof contract.TaskInput>) =>
  post<contract.TaskList>(`${at(id)}/tasks`, input);
export const changeTask = (id: string, taskId: string, input: z.input<typeof contract.TaskPatch>) =>
  patch<contract.TaskList>(`${at(id)}/tasks/${taskId}`, input);
export const moveTask = (id: string, taskId: string, direction: "up" | "down") =>
  post<contract.TaskList>(`${at(id)}/tasks/${taskId}/move`, { direction });

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "notes", id],
    queryFn: ({ signal }) => get<contract.NoteList>(`${at(id)}/case-notes`, {}, signal),
    refetchInterval: 60_000,
  });
export const noteQuery = (id: string, noteId: string) =>
  queryOptions({
    queryKey: ["incidents", "note", id, noteId],
    queryFn: ({ signal }) => get<contract.CaseNote>(`${at(id)}/case-notes/${noteId}`, {}, signal),
  });
export const versionsQuery = (id: string, noteId: string) =>
  queryOptions({
    queryKey: ["incidents", "note", id, noteId, "versions"],
    queryFn: ({ signal }) => get<contract.NoteVersions>(`${at(id)}/case-notes/${noteId}/versions`, {}, signal),
  });
export const versionQuery = (id: string, noteId: string, version: number) =>
  queryOptions({
    queryKey: ["incidents", "note", id, noteId, "versions", version],
    queryFn: ({ signal }) =>
      get<contract.NoteVersion>(`${at(id)}/case-notes/${noteId}/versions/${version}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const addNote = (id: string, input: contract.NoteInput) =>
  post<contract.CaseNote>(`${at(id)}/case-notes`, input);
export const saveNote = (id: string, noteId: string, input: contract.NoteSave) =>
  put<contract.CaseNote>(`${at(id)}/case-notes/${noteId}`, input);

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "evidence", id],
    queryFn: ({ signal }) => get<contract.EvidenceList>(`${at(id)}/evidence`, {}, signal),
    refetchInterval: 60_000,
  });
type Upload = { readonly key: string; readonly name: string; readonly note: string };
export const uploadEvidence = (id: string, { key, name, note }: Upload, file: Blob, uploading: Uploading) =>
  uploadFile<contract.Evidence>(`${at(id)}/evidence`, { key, name, note, bytes: file.size }, file, uploading);
/** One piece with its whole chain. */
export const chainQuery = (id: string, evidenceId: string) =>
  queryOptions({
    queryKey: ["incidents", "evidence", id, evidenceId],
    queryFn: ({ signal }) => get<contract.Evidence>(`${at(id)}/evidence/${evidenceId}`, {}, signal),
  });
export const evidenceFile = (id: string, evidenceId: string): string => `${at(id)}/evidence/${evidenceId}/file`;
export const handOverEvidence = (id: string, evidenceId: string, input: contract.CustodyInput) =>
  post<contract.Evidence>(`${at(id)}/evidence/${evidenceId}/custody`, input);
export const deleteEvidence = (id: string, evidenceId: string, input: contract.EvidenceDelete) =>
  post<contract.Evidence>(`${at(id)}/evidence/${evidenceId}/delete`, input);

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "similar", id],
    queryFn: ({ signal }) => get<contract.SimilarIncidents>(`${at(id)}/similar`, {}, signal),
    staleTime: 60_000,
  });

export const feedQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["incidents", "feed", id],
    queryFn: ({ pageParam, signal }) => get<room.FeedPage>(`${at(id)}/feed`, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: room.FeedPage) => last.nextCursor,
    refetchInterval: 15_000,
  });
export const postMessage = (id: string, input: room.MessageInput) => post<room.FeedPosted>(`${at(id)}/feed`, input);

export const handoversQuery = infiniteQueryOptions({
  queryKey: ["handovers", "list"],
  queryFn: ({ pageParam, signal }) => get<shift.HandoverPage>("/api/v1/handovers", { cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: shift.HandoverPage) => last.nextCursor,
  refetchInterval: 60_000,
});
/** What a handover of the unit would list. */
export const shiftQuery = (unit: string) =>
  queryOptions({
    queryKey: ["handovers", "summary", unit],
    queryFn: ({ signal }) => get<shift.ShiftSummary>("/api/v1/handovers/summary", { unit }, signal),
    enabled: unit !== "",
  });
export const handOver = (input: shift.HandoverInput) => post<shift.Handover>("/api/v1/handovers", input);
export const withdrawHandover = (id: string) => post<shift.Handover>(`/api/v1/handovers/${id}/withdraw`);
export const acknowledge = (id: string, answer: string) =>
  post<shift.Handover>(`/api/v1/handovers/${id}/acknowledge`, { answer });
