import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  checkDepth,
  damaged,
  type LogRecord,
  newMap,
  type ReadRecord,
  RecordProblem,
  reading,
  type Shared,
} from "./record.ts";

type Take = (reader: BinaryReader) => void;
/** Field number → wire type and what to do. A field of another type is skipped, as protobuf asks. */
type Fields = Readonly<Record<number, readonly [WireType, Take]>>;

const { Varint, Bit64, Bit32, LengthDelimited } = WireType;

/** Every record of an ExportLogsServiceRequest. Errors: AppError `invalid` when the bytes are cut or damaged. */
export function* readProtobuf(bytes: Uint8Array): Generator<ReadRecord> {
  for (const resourceLogs of guarded(() => parts(bytes, 1))) yield* resourceRecords(resourceLogs);
}

/** Resource and scope may stand behind what they belong to: each level is read before the one below. */
function* resourceRecords(bytes: Uint8Array): Generator<ReadRecord> {
  let resource: Record<string, unknown> | undefined;
  const scopes: Uint8Array[] = [];
  guarded(() =>
    walk(bytes, {
      1: [LengthDelimited, (reader) => (resource = attributesIn(reader.bytes(), 1))],
      2: [LengthDelimited, (reader) => scopes.push(reader.bytes())],
    }),
  );
  for (const scopeLogs of scopes) {
    let scope: Record<string, unknown> | undefined;
    const records: Uint8Array[] = [];
    guarded(() =>
      walk(scopeLogs, {
        1: [LengthDelimited, (reader) => (scope = scopeIn(reader.bytes()))],
        2: [LengthDelimited, (reader) => records.push(reader.bytes())],
      }),
    );
    const shared: Shared = { resource, scope };
    for (const record of records) yield guarded(() => reading(shared, () => readRecord(record)));
  }
}

function readRecord(bytes: Uint8Array): LogRecord {
  const record: LogRecord = {};
  const attributes = newMap();
  walk(bytes, {
    1: [Bit64, (reader) => (record.timeUnixNano = String(reader.fixed64()))],
    2: [Varint, (reader) => (record.severityNumber = reader.int32())],
    3: [LengthDelimited, (reader) => (record.severityText = reader.string())],
    5: [LengthDelimited, (reader) => (record.body = readValue(reader.bytes(), 0))],
    6: [LengthDelimited, (reader) => readPair(reader.bytes(), attributes, 0)],
    7: [Varint, (reader) => (record.droppedAttributesCount = reader.uint32())],
    8: [Bit32, (reader) => (record.flags = reader.fixed32())],
    9: [LengthDelimited, (reader) => (record.traceId = hexOf(reader.bytes()))],
    10: [LengthDelimited, (reader) => (record.spanId = hexOf(reader.bytes()))],
    11: [Bit64, (reader) => (record.observedTimeUnixNano = String(reader.fixed64()))],
    12: [LengthDelimited, (reader) => (record.eventName = reader.string())],
  });
  if (Object.keys(attributes).length > 0) record.attributes = attributes;
  return record;
}

function scopeIn(bytes: Uint8Array): Record<string, unknown> {
  const scope = newMap();
  walk(bytes, {
    1: [LengthDelimited, (reader) => (scope.name = reader.string())],
    2: [LengthDelimited, (reader) => (scope.version = reader.string())],
  });
  const attributes = attributesIn(bytes, 3);
  return Object.keys(attributes).length > 0 ? { ...scope, attributes } : scope;
}

function attributesIn(bytes: Uint8Array, field: number): Record<string, unknown> {
  const attributes = newMap();
  for (const pair of parts(bytes, field)) readPair(pair, attributes, 0);
  return attributes;
}

function readPair(bytes: Uint8Array, into: Record<string, unknown>, depth: number): void {
  let key = "";
  let value: unknown = null;
  walk(bytes, {
    1: [LengthDelimited, (reader) => (key = reader.string())],
    2: [LengthDelimited, (reader) => (value = readValue(reader.bytes(), depth))],
  });
  into[key] = value;
}

function readValue(bytes: Uint8Array, depth: number): unknown {
  checkDepth(depth);
  let value: unknown = null;
  walk(bytes, {
    1: [LengthDelimited, (reader) => (value = reader.string())],
    2: [Varint, (reader) => (value = reader.bool())],
    3: [Varint, (reader) => (value = numberOf(reader.int64()))],
    4: [Bit64, (reader) => (value = finite(reader.double()))],
    5: [LengthDelimited, (reader) => (value = parts(reader.bytes(), 1).map((item) => readValue(item, depth + 1)))],
    6: [
      LengthDelimited,
      (reader) => {
        const map = newMap();
        for (const pair of parts(reader.bytes(), 1)) readPair(pair, map, depth + 1);
        value = map;
      },
    ],
    7: [LengthDelimited, (reader) => (value = Buffer.from(reader.bytes()).toString("base64"))],
  });
  return value;
}

/** The messages under one field number. */
function parts(bytes: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  walk(bytes, { [field]: [LengthDelimited, (reader) => found.push(reader.bytes())] });
  return found;
}

function walk(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const field = fields[number];
    if (field !== undefined && field[0] === type) field[1](reader);
    else reader.skip(type, number);
    if (reader.pos > reader.len) throw new RangeError("premature EOF");
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RecordProblem) throw damaged(error.message, error);
    throw damaged("it is cut or damaged", error);
  }
}

/** Integers past what a number holds exactly stay texts. */
const numberOf = (value: bigint | string): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 32)).toString("hex");
