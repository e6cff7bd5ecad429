import { AppError } from "../../../kernel/errors.ts";

/** Nesting of lists and maps in one value. A record that is deeper is rejected. */
export const MAX_VALUE_DEPTH = 32;
/** Values in one record, those in lists and maps counted. A record with more is rejected. */
export const MAX_VALUES = 65_536;
/** More records in one request are refused: each costs memory of its own, however small it is. */
export const MAX_RECORDS = 200_000;
/** Lists of resources and of scopes in one request, together: an empty one is two bytes of work for nothing. */
const MAX_GROUPS = 200_000;
/** A request after inflation: what OpenTelemetry's own collector takes over HTTP unless it is told otherwise. */
export const MAX_REQUEST_BYTES = 20 * 1024 * 1024;

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

/** Between records, where work was done that others should not wait behind: a turn of the event loop is due. */
export const TURN = Symbol("turn");
/** Fields of one record, resource or scope, those of its values counted: nearly five for each value. */
const MAX_FIELDS = 300_000;

/** Bounds of the values of one record, resource or scope. `onField`: told of each field of the wire that is looked at. */
export class ValueBounds {
  #values = 0;
  #fields = 0;
  readonly #onField: (() => void) | undefined;

  constructor(onField?: () => void) {
    this.#onField = onField;
  }

  /** Called for each field of the wire, known or not. Errors: RecordProblem. */
  field(): void {
    this.#onField?.();
    this.#fields += 1;
    if (this.#fields > MAX_FIELDS) throw new RecordProblem(`A record holds more than ${MAX_FIELDS} fields.`);
  }

  /** Called for each value. Errors: RecordProblem. */
  enter(depth: number): void {
    if (depth > MAX_VALUE_DEPTH) throw new RecordProblem(`A value is nested deeper than ${MAX_VALUE_DEPTH}.`);
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new RecordProblem(`A record holds more than ${MAX_VALUES} values.`);
  }
}

/** Called for each list of resources or scopes. Errors: AppError `too_large`. */
export function createGroupCount(): () => void {
  let groups = 0;
  return () => {
    groups += 1;
    if (groups > MAX_GROUPS) throw new AppError("too_large", `A request may hold at most ${MAX_GROUPS} scopes.`);
  };
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
