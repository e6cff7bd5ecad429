import { AppError } from "../../../kernel/errors.ts";

/** Nesting of lists and maps in one value. A record that is deeper is rejected. */
export const MAX_VALUE_DEPTH = 32;
/** More records in one request are refused: each costs memory of its own, however small it is. */
export const MAX_RECORDS = 200_000;

/** One log record as it is kept: names of OTLP's JSON, attributes as plain maps. Source: opentelemetry-proto 1.x, logs.proto. */
export type LogRecord = {
  timeUnixNano?: string;
  observedTimeUnixNano?: string;
  severityNumber?: number;
  severityText?: string;
  eventName?: string;
  body?: unknown;
  attributes?: object;
  droppedAttributesCount?: number;
  flags?: number;
  traceId?: string;
  spanId?: string;
};

/** A record with the resource and scope that it shares with others, or why it alone is not taken. */
export type ReadRecord =
  | { readonly record: LogRecord; readonly shared: Shared; readonly problem?: undefined }
  | { readonly problem: string };
export type Shared = { readonly resource: object | undefined; readonly scope: object | undefined };

/** A record's own trouble: it costs that record and no other. */
export class RecordProblem extends Error {}

/** Reads one record; its own trouble becomes its problem, damage of the message is thrown on. */
export function reading(shared: Shared, read: () => LogRecord): ReadRecord {
  try {
    return { record: read(), shared };
  } catch (error) {
    if (error instanceof RecordProblem) return { problem: error.message };
    throw error;
  }
}

export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw new RecordProblem(`A value is nested deeper than ${MAX_VALUE_DEPTH}.`);
}

/** A map that a name such as __proto__ cannot harm. */
export const newMap = (): Record<string, unknown> => Object.create(null);

export const damaged = (what: string, cause?: unknown): AppError =>
  new AppError("invalid", `The message is no ExportLogsServiceRequest: ${what}.`, {}, cause);

/** The event's bytes: one JSON object, `resource` and `scope` in each, since each event must speak for itself. */
export const encodeRecord = (record: LogRecord, sharedText: string): Buffer => {
  const own = JSON.stringify(record);
  return Buffer.from(own === "{}" ? `{${sharedText.slice(1)}}` : `${own.slice(0, -1)}${sharedText}}`);
};

/** `,"resource":{…},"scope":{…}`; empty parts are left out. */
export const sharedText = ({ resource, scope }: Shared): string =>
  (resource === undefined ? "" : `,"resource":${JSON.stringify(resource)}`) +
  (scope === undefined ? "" : `,"scope":${JSON.stringify(scope)}`);
