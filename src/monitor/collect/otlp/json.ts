import {
  createGroupCount,
  damaged,
  type LogRecord,
  newMap,
  type ReadRecord,
  reading,
  type Shared,
  TURN,
  ValueBounds,
} from "./record.ts";

type Json = { readonly [name: string]: unknown };

/** Resources, scopes and records that are read before other connections get a turn. */
const TURN_STEPS = 2_000;

/** Every record of a request in OTLP's JSON encoding, and `TURN` where turns are due. Errors: AppError `invalid` for what is none. */
export function* readJsonRequest(text: string): Generator<ReadRecord | typeof TURN> {
  let steps = 0;
  for (const read of readGroups(text)) {
    steps += 1;
    if (steps % TURN_STEPS === 0) yield TURN;
    if (read !== undefined) yield read;
  }
}

/** Undefined for each list of resources or scopes. */
function* readGroups(text: string): Generator<ReadRecord | undefined> {
  const request = parsed(text);
  const countGroup = createGroupCount();
  for (const resourceLogs of objectsIn(request, "resourceLogs")) {
    countGroup();
    yield undefined;
    const resource = shared(() => attributesIn(objectIn(resourceLogs, "resource")));
    for (const scopeLogs of objectsIn(resourceLogs, "scopeLogs")) {
      countGroup();
      yield undefined;
      const scope = shared(() => scopeOf(objectIn(scopeLogs, "scope")));
      const both: Shared = { resource, scope };
      for (const record of objectsIn(scopeLogs, "logRecords")) yield reading(both, () => readRecord(record));
    }
  }
}

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw damaged("it is not JSON", error);
  }
  throw damaged("it is not an object");
}

function shared<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : "resource or scope cannot be read", error);
  }
}

function readRecord(source: Json): LogRecord {
  const body = source.body;
  const bounds = new ValueBounds();
  const attributes = attributesIn(source, bounds);
  const texts = pick(source, ["severityText", "eventName"], (value) => (typeof value === "string" ? value : undefined));
  const times = pick(source, ["timeUnixNano", "observedTimeUnixNano"], nanosOf);
  const numbers = pick(source, ["severityNumber", "droppedAttributesCount", "flags"], (value) =>
    Number.isSafeInteger(value) ? Number(value) : undefined,
  );
  const ids = pick(source, ["traceId", "spanId"], (value) =>
    typeof value === "string" && /^[0-9a-fA-F]{1,64}$/.test(value) ? value.toLowerCase() : undefined,
  );
  return {
    ...times,
    ...numbers,
    ...texts,
    ...(body !== undefined && body !== null && { body: readValue(body, { bounds, depth: 0 }) }),
    ...(attributes && { attributes }),
    ...ids,
  };
}

/** 64-bit numbers are texts in protobuf's JSON; senders write plain numbers too. */
function nanosOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return BigInt(Math.trunc(value)).toString();
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? value : undefined;
}

function scopeOf(scope: Json | undefined): object | undefined {
  if (scope === undefined) return undefined;
  const attributes = attributesIn(scope);
  const texts = pick(scope, ["name", "version"], (value) => (typeof value === "string" ? value : undefined));
  return { ...texts, ...(attributes && { attributes }) };
}

function attributesIn(owner: Json | undefined, bounds = new ValueBounds()): Record<string, unknown> | undefined {
  const pairs = owner === undefined ? [] : objectsIn(owner, "attributes");
  return pairs.length === 0 ? undefined : mapOf(pairs, { bounds, depth: 0 });
}

type Place = { readonly bounds: ValueBounds; readonly depth: number };

function mapOf(pairs: readonly Json[], place: Place): Record<string, unknown> {
  const map = newMap();
  for (const { key, value } of pairs) if (typeof key === "string") map[key] = readValue(value, place);
  return map;
}

function readValue(value: unknown, { bounds, depth }: Place): unknown {
  bounds.enter(depth);
  if (!isObject(value)) return null;
  const inner: Place = { bounds, depth: depth + 1 };
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof intValue === "number" || typeof intValue === "string") return integerOf(intValue);
  if (typeof doubleValue === "number" || typeof doubleValue === "string") return doubleOf(doubleValue);
  if (isObject(arrayValue)) return objectsIn(arrayValue, "values").map((item) => readValue(item, inner));
  if (isObject(kvlistValue)) return mapOf(objectsIn(kvlistValue, "values"), inner);
  return typeof bytesValue === "string" ? bytesValue : null;
}

/** Integers past what a number holds exactly, and what is none, stay texts. */
function integerOf(value: number | string): number | string {
  const isExact = Number.isSafeInteger(Number(value)) && /^-?\d+$/.test(String(value));
  return isExact ? Number(value) : String(value).slice(0, 64);
}

/** NaN and the infinities, which JSON has no numbers for, are texts. */
function doubleOf(value: number | string): number | string {
  const isNumber = Number.isFinite(Number(value)) && /\d/.test(String(value));
  return isNumber ? Number(value) : String(value).slice(0, 64);
}

function pick<N extends string, T>(
  source: Json,
  names: readonly N[],
  read: (value: unknown) => T | undefined,
): Partial<Record<N, T>> {
  const found: Partial<Record<N, T>> = {};
  for (const name of names) {
    const value = read(source[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectIn = (owner: Json, name: string): Json | undefined => {
  const value = owner[name];
  return isObject(value) ? value : undefined;
};
function objectsIn(owner: Json, name: string): readonly Json[] {
  const value = owner[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damaged(`${name} is not a list`);
  return value.filter(isObject);
}
