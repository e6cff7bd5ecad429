import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { AppError } from "../../../kernel/errors.ts";
import {
  createGroupCount,
  damaged,
  type LogRecord,
  newMap,
  type ReadRecord,
  RecordProblem,
  reading,
  type Shared,
  TURN,
  ValueBounds,
} from "./record.ts";

type Take = (reader: BinaryReader) => void;
/** Field number → wire type and what to do. A field of another type is skipped, as protobuf asks. */
type Fields = Readonly<Record<number, readonly [WireType, Take]>>;

const { Varint, Bit64, Bit32, LengthDelimited } = WireType;

/**
 * Every record of an ExportLogsServiceRequest, and `TURN` where turns are due. Errors: AppError `invalid` when the bytes are cut
 * or damaged. Lists are walked, never gathered: two bytes of an empty message would cost a hundred as a view of their own.
 */
export function* readProtobuf(bytes: Uint8Array): Generator<ReadRecord | typeof TURN> {
  const countGroup = createGroupCount();
  const work = new Work();
  for (const resourceLogs of messages(bytes, 1, work)) {
    if (resourceLogs === TURN) {
      yield TURN;
      continue;
    }
    countGroup();
    // Resource and scope may stand behind what they belong to: each level is read before the one below.
    const last = yield* lastOf(resourceLogs, work);
    const resource = last && guarded(() => attributesIn(last, { field: 1, work }));
    for (const scopeLogs of messages(resourceLogs, 2, work)) {
      if (scopeLogs === TURN) yield TURN;
      else {
        countGroup();
        yield* recordsIn(scopeLogs, resource, work);
      }
    }
  }
}

function* recordsIn(
  scopeLogs: Uint8Array,
  resource: Shared["resource"],
  work: Work,
): Generator<ReadRecord | typeof TURN> {
  const last = yield* lastOf(scopeLogs, work);
  const shared: Shared = { resource, scope: last && guarded(() => scopeIn(last, work)) };
  for (const record of messages(scopeLogs, 2, work))
    yield record === TURN ? TURN : guarded(() => reading(shared, () => readRecord(record, work)));
}

/** The resource or scope (field 1 both): the last one counts, as protobuf asks, and each one before it is work for nothing. */
function* lastOf(bytes: Uint8Array, work: Work): Generator<typeof TURN, Uint8Array | undefined> {
  let last: Uint8Array | undefined;
  for (const one of messages(bytes, 1, work)) {
    if (one === TURN) {
      yield TURN;
      continue;
    }
    if (last !== undefined) work.passOver();
    last = one;
  }
  return last;
}

function readRecord(bytes: Uint8Array, work: Work): LogRecord {
  const record: LogRecord = {};
  const attributes = newMap();
  const bounds = new ValueBounds(work.look);
  walk(bytes, bounds, {
    1: [Bit64, (reader) => (record.timeUnixNano = String(reader.fixed64()))],
    2: [Varint, (reader) => (record.severityNumber = reader.int32())],
    3: [LengthDelimited, (reader) => (record.severityText = reader.string())],
    5: [LengthDelimited, (reader) => (record.body = readValue(reader.bytes(), { bounds, depth: 0 }))],
    6: [LengthDelimited, (reader) => readPair(reader.bytes(), attributes, { bounds, depth: 0 })],
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

function scopeIn(bytes: Uint8Array, work: Work): Record<string, unknown> {
  const scope = newMap();
  walk(bytes, new ValueBounds(work.look), {
    1: [LengthDelimited, (reader) => (scope.name = reader.string())],
    2: [LengthDelimited, (reader) => (scope.version = reader.string())],
  });
  const attributes = attributesIn(bytes, { field: 3, work });
  return Object.keys(attributes).length > 0 ? { ...scope, attributes } : scope;
}

function attributesIn(bytes: Uint8Array, { field, work }: { field: number; work: Work }): Record<string, unknown> {
  const attributes = newMap();
  readPairs(bytes, attributes, { field, bounds: new ValueBounds(work.look), depth: 0 });
  return attributes;
}

type Place = { readonly bounds: ValueBounds; readonly depth: number };

/** The KeyValue messages under one field number. */
function readPairs(
  bytes: Uint8Array,
  into: Record<string, unknown>,
  { field, ...place }: Place & { field: number },
): void {
  walk(bytes, place.bounds, { [field]: [LengthDelimited, (reader) => readPair(reader.bytes(), into, place)] });
}

function readPair(bytes: Uint8Array, into: Record<string, unknown>, place: Place): void {
  let key = "";
  let value: unknown = null;
  place.bounds.enter(place.depth);
  walk(bytes, place.bounds, {
    1: [LengthDelimited, (reader) => (key = reader.string())],
    2: [LengthDelimited, (reader) => (value = readValue(reader.bytes(), place))],
  });
  into[key] = value;
}

function readValue(bytes: Uint8Array, { bounds, depth }: Place): unknown {
  bounds.enter(depth);
  const inner: Place = { bounds, depth: depth + 1 };
  let value: unknown = null;
  walk(bytes, bounds, {
    1: [LengthDelimited, (reader) => (value = reader.string())],
    2: [Varint, (reader) => (value = reader.bool())],
    3: [Varint, (reader) => (value = numberOf(reader.int64()))],
    4: [Bit64, (reader) => (value = finite(reader.double()))],
    5: [LengthDelimited, (reader) => (value = readList(reader.bytes(), inner))],
    6: [
      LengthDelimited,
      (reader) => {
        const map = newMap();
        readPairs(reader.bytes(), map, { field: 1, ...inner });
        value = map;
      },
    ],
    7: [LengthDelimited, (reader) => (value = Buffer.from(reader.bytes()).toString("base64"))],
  });
  return value;
}

function readList(bytes: Uint8Array, place: Place): unknown[] {
  const list: unknown[] = [];
  walk(bytes, place.bounds, { 1: [LengthDelimited, (reader) => list.push(readValue(reader.bytes(), place))] });
  return list;
}

/** Fields that are passed over on the way, of the whole request: each costs time, and two bytes. */
const MAX_OTHERS = 1_000_000;
/** Fields that are looked at before other connections get a turn. */
const TURN_FIELDS = 20_000;

/** What a request has cost so far. */
class Work {
  #others = 0;
  #fieldsOfTurn = 0;

  readonly look = (): void => {
    this.#fieldsOfTurn += 1;
  };

  /** Errors: AppError `too_large`. */
  passOver(): void {
    this.#others += 1;
    if (this.#others > MAX_OTHERS)
      throw new AppError("too_large", `A request may hold at most ${MAX_OTHERS} other fields.`);
  }

  isTurnDue(): boolean {
    if (this.#fieldsOfTurn < TURN_FIELDS) return false;
    this.#fieldsOfTurn = 0;
    return true;
  }
}

/**
 * The messages under one field number, one at a time, and `TURN` where one is due; every other field is passed over. Errors:
 * AppError `invalid` where the bytes are damaged.
 */
function* messages(bytes: Uint8Array, field: number, work: Work): Generator<Uint8Array | typeof TURN> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const found = guarded(() => {
      const [number, type] = reader.tag();
      if (number === field && type === LengthDelimited) return reader.bytes();
      reader.skip(type, number);
      return undefined;
    });
    if (reader.pos > reader.len) throw damaged("it is cut or damaged");
    work.look();
    if (found !== undefined) yield found;
    else work.passOver();
    if (work.isTurnDue()) yield TURN;
  }
}

function walk(bytes: Uint8Array, bounds: ValueBounds, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    bounds.field();
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
    if (error instanceof AppError) throw error;
    if (error instanceof RecordProblem) throw damaged(error.message, error);
    throw damaged("it is cut or damaged", error);
  }
}

/** Integers past what a number holds exactly stay texts. */
const numberOf = (value: bigint | string): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 32)).toString("hex");
