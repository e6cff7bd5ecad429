import { z } from "zod";
import { PersonRef } from "../../monitor/alert/contract.ts";
import { EventRow, SearchScope } from "../../monitor/search/contract.ts";

/**
 * Notebooks: queries with what they found, and notes between them. Instants are UTC ISO 8601 with milliseconds.
 *
 * GET    /api/v1/notebooks?incident&contains             → NotebookList; of one incident, or all that one sees
 * POST   /api/v1/notebooks                               NotebookInput → Notebook
 * GET    /api/v1/notebooks/:id                           → Notebook
 * PATCH  /api/v1/notebooks/:id                           NotebookPatch → Notebook; 409 when the version is old
 * DELETE /api/v1/notebooks/:id                           its owner, and only one that belongs to no incident
 * POST   /api/v1/notebooks/:id/cells                     CellInput → CellChange
 * PUT    /api/v1/notebooks/:id/cells/:cellId             CellSave → CellChange; 409 with the other text in its facts
 * DELETE /api/v1/notebooks/:id/cells/:cellId?version     → CellChange; 409 when the version is old
 * POST   /api/v1/notebooks/:id/cells/:cellId/move        CellMove → CellChange
 * POST   /api/v1/notebooks/:id/cells/:cellId/run         → CellChange; with the rights of whoever asks
 * GET    /api/v1/notebooks/:id/cells/:cellId/result      → CellResult; up to 256 KiB, so that a notebook itself stays light
 * GET    /api/v1/notebooks/:id/export?format&language&tz    → a file
 */

export const MAX_CELLS = 100;
export const MAX_BODY_CHARS = 50_000;
export const MAX_OWNED = 500;

const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();
const Id = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const Title = z
  .string()
  .overwrite((text) => storable(text.replaceAll(/[\p{Cc}\s]+/gu, " ")))
  .trim()
  .min(1)
  .max(200);
const Version = z.number().int().min(1);

export const NotebookParams = z.object({ id: Id });
export const CellParams = z.object({ id: Id, cellId: Id });
export const NotebookListQuery = z.object({
  /** An incident's id or `INC-12`. */
  incident: Id.optional(),
  /** Part of the title, of a cell's text, of the owner's name, or of the incident's title or `INC-12`; any case and width. */
  contains: z.string().max(200).overwrite(storable).default(""),
});
export const NotebookInput = z.object({
  title: Title,
  /** The incident that it belongs to, by id or `INC-12`; null = a free one. */
  incidentId: Id.nullable().default(null),
  /** The unit whose people may see it: only of a free one. null = its owner alone. */
  sharedWithUnitId: Id.nullable().default(null),
});
export const NotebookPatch = z.object({
  version: Version,
  change: z.object({
    title: Title.optional(),
    sharedWithUnitId: Id.nullable().optional(),
    /** A free notebook becomes a part of this incident, and stays it. */
    incidentId: Id.optional(),
  }),
});

const Settings = z.object({
  from: SearchScope.shape.from,
  to: SearchScope.shape.to,
  unit: SearchScope.shape.unit,
  tz: SearchScope.shape.tz,
  columns: z.array(z.string().max(200)).max(40).default([]),
});
const Body = z.string().max(MAX_BODY_CHARS).overwrite(storable);
const note = { kind: z.literal("note"), body: Body };
const query = { kind: z.literal("query"), body: SearchScope.shape.q, settings: Settings };
const CellContent = z.discriminatedUnion("kind", [z.object(note), z.object(query)]);
/** A query is run at once, with the rights of whoever adds it. At the end of the notebook. */
export const CellInput = z.object({ cell: CellContent });
/** `version`: as it was when the form was opened. The kind of a cell stays. */
export const CellSave = z.object({ version: Version, cell: CellContent });
export const CellVersion = z.object({ version: z.coerce.number().int().min(1) });
export const CellMove = z.object({ direction: z.enum(["up", "down"]) });

/** A run, as far as the reader may read events. */
const Run = z.object({
  /** As it was asked then; the cell may say something else by now. */
  q: z.string(),
  columns: z.array(z.string()),
  range: z.object({ from: z.string(), to: z.string() }),
  ranAt: z.string(),
  ranBy: PersonRef,
  /** Events in the units that the reader may read. */
  events: z.number(),
  /** True when the run saw units that the reader does not: their events are neither listed nor counted. */
  isPartial: z.boolean(),
});
const Snapshot = Run.extend({ rows: z.array(EventRow) });
export const CellResult = z.object({
  /** null = not run yet, or nothing of it is the reader's to see (`isHidden`). */
  snapshot: Snapshot.nullable(),
  isHidden: z.boolean(),
  /** The run before, to compare; null = there was none, or it is not the reader's to see. */
  former: Run.nullable(),
});
export const Cell = z.object({
  id: z.string(),
  version: z.number(),
  kind: z.enum(["note", "query"]),
  body: z.string(),
  settings: Settings.nullable(),
  /** When the query was run last; what it found is asked for by itself. */
  ranAt: z.string().nullable(),
  changedAt: z.string(),
  changedBy: z.string(),
});
const NotebookHead = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  incident: z
    .object({ id: z.string(), number: z.number(), title: z.string(), titleJa: z.string().nullable() })
    .nullable(),
  sharedWithUnitId: z.string().nullable(),
  owner: PersonRef,
  createdAt: z.string(),
  updatedAt: z.string(),
  updatedBy: z.string(),
  cells: z.number(),
  isOwn: z.boolean(),
  mayWrite: z.boolean(),
});
/** The one changed last first; at most 500. */
export const NotebookList = z.object({ items: z.array(NotebookHead) });
export const Notebook = NotebookHead.extend({ cells: z.array(Cell) });
/** What came of a change of one cell, without the others' texts and results. */
export const CellChange = z.object({
  head: NotebookHead,
  /** All cells in their order; one that the reader has in another version was changed by somebody else. */
  cells: z.array(z.object({ id: z.string(), version: z.number() })),
  /** null = removed. */
  cell: Cell.nullable(),
  /** What the query found, when it was run. */
  result: CellResult.nullable(),
});

export const NotebookExport = z.object({
  format: z.enum(["csv", "json", "pdf", "md"]),
  language: z.enum(["ja", "en"]).default("ja"),
  /** The time zone of the times in `pdf` and `md`; the files of data have UTC. */
  tz: SearchScope.shape.tz,
});

export type Cell = z.infer<typeof Cell>;
export type CellInput = z.infer<typeof CellInput>;
export type CellSave = z.infer<typeof CellSave>;
export type Notebook = z.infer<typeof Notebook>;
export type NotebookHead = z.infer<typeof NotebookHead>;
export type NotebookList = z.infer<typeof NotebookList>;
export type NotebookListQuery = z.infer<typeof NotebookListQuery>;
export type NotebookInput = z.infer<typeof NotebookInput>;
export type NotebookPatch = z.infer<typeof NotebookPatch>;
export type NotebookExport = z.infer<typeof NotebookExport>;
export type CellSettings = z.infer<typeof Settings>;
export type CellChange = z.infer<typeof CellChange>;
export type CellResult = z.infer<typeof CellResult>;
export type CellRun = z.infer<typeof Run>;
export type CellSnapshot = z.infer<typeof Snapshot>;
/** With everything in it: what a file holds. */
export type WholeNotebook = Omit<Notebook, "cells"> & { readonly cells: readonly (Cell & CellResult)[] };
