import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/notebook/contract.ts";
import { get, patch, post, put, remove, urlOf } from "./client.ts";

export type { Cell, CellChange, CellResult, Notebook, NotebookHead } from "../../src/respond/notebook/contract.ts";
export type CellContent = z.input<typeof contract.CellInput>["cell"];

export const MAX_BODY_CHARS: typeof contract.MAX_BODY_CHARS = 50_000;

const at = (id: string): string => `/api/v1/notebooks/${encodeURIComponent(id)}`;
const cellAt = (id: string, cellId: string): string => `${at(id)}/cells/${encodeURIComponent(cellId)}`;

/** Of one incident, or all that one sees. */
export const notebooksQuery = (incident?: string, contains = "") =>
  queryOptions({
    queryKey: ["notebooks", "list", incident, contains],
    queryFn: ({ signal }) =>
      get<contract.NotebookList>("/api/v1/notebooks", { incident, contains: contains || undefined }, signal),
  });
export const notebookQuery = (id: string) =>
  queryOptions({
    queryKey: ["notebooks", "one", id],
    queryFn: ({ signal }) => get<contract.Notebook>(at(id), {}, signal),
    refetchInterval: 30_000,
  });
/** What a query found stays as it is until it is run again: it is asked for once for each run. */
export const cellResultQuery = (id: string, cell: Pick<contract.Cell, "id" | "ranAt">) =>
  queryOptions({
    queryKey: ["notebooks", "result", id, cell.id, cell.ranAt],
    queryFn: ({ signal }) => get<contract.CellResult>(`${cellAt(id, cell.id)}/result`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
export const createNotebook = (input: z.input<typeof contract.NotebookInput>) =>
  post<contract.Notebook>("/api/v1/notebooks", input);
export const changeNotebook = (id: string, input: z.input<typeof contract.NotebookPatch>) =>
  patch<contract.Notebook>(at(id), input);
export const deleteNotebook = (id: string) => remove<unknown>(at(id));
export const addCell = (id: string, cell: CellContent) => post<contract.CellChange>(`${at(id)}/cells`, { cell });
export const saveCell = (id: string, cellId: string, version: number, cell: CellContent) =>
  put<contract.CellChange>(cellAt(id, cellId), { version, cell });
export const removeCell = (id: string, cellId: string, version: number) =>
  remove<contract.CellChange>(urlOf(cellAt(id, cellId), { version }));
export const moveCell = (id: string, cellId: string, direction: "up" | "down") =>
  post<contract.CellChange>(`${cellAt(id, cellId)}/move`, { direction });
export const runCell = (id: string, cellId: string) => post<contract.CellChange>(`${cellAt(id, cellId)}/run`);
export const notebookFile = (id: string, query: { format: string; language: string; tz: string }): string =>
  urlOf(`${at(id)}/export`, query);
