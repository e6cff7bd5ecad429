import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseJson } from "../testing.ts";
import { CHUNK_BYTES, FILE_HEADER_BYTES, readEvtx } from "./index.ts";
import { processCreated, sysmonLog } from "./testing/events.ts";
import {
  ChunkWriter,
  type Content,
  fileOf,
  nothing,
  type RecordSpec,
  slot,
  type TypedValue,
  text,
  texts,
  typed,
  uint16,
  type Xml,
} from "./testing/writer.ts";
import { ARRAY, TYPE } from "./value.ts";

const logOf = (record: RecordSpec): Buffer => fileOf([new ChunkWriter().record(record).finish()]);

/** The JSON of one record's only element. */
function jsonOf(record: RecordSpec): unknown {
  const { records, damage } = readEvtx(logOf(record));
  expect(damage).toEqual([]);
  return JSON.parse(JSON.stringify(records[0]?.event));
}

const readBack = (value: TypedValue): unknown =>
  jsonOf({ xml: { name: "E", content: [slot(0, value.type)] }, values: [value] });

const ids = (file: Buffer): readonly number[] => readEvtx(file).records.map(({ id }) => id);
const kinds = (file: Buffer): readonly string[] => readEvtx(file).damage.map(({ kind }) => kind);

describe("A value becomes what exporters write into JSON", () => {
  test.each<[string, TypedValue, unknown]>([
    ["null", nothing, null],
    ["a string", text("cmd.exe 日本"), "cmd.exe 日本"],
    ["an empty string", text(""), ""],
    ["a string with its end counted in", text("cmd\0\0"), "cmd"],
    ["a string with NUL inside", text("a\0b"), "a\ufffdb"],
    ["half a surrogate pair", text("a\ud800"), "a\ufffd"],
    ["an ANSI string", typed(TYPE.ansiString, "63616693e900"), "caf“é"],
    ["int8", typed(TYPE.int8, "ff"), -1],
    ["uint8", typed(TYPE.uint8, "ff"), 255],
    ["int16", typed(TYPE.int16, "feff"), -2],
    ["uint16", typed(TYPE.uint16, "feff"), 65_534],
    ["int32", typed(TYPE.int32, "fdffffff"), -3],
    ["uint32", typed(TYPE.uint32, "fdffffff"), 4_294_967_293],
    ["int64", typed(TYPE.int64, "fcffffffffffffff"), -4],
    ["uint64", typed(TYPE.uint64, "0000000001000000"), 4_294_967_296],
    ["uint64 past 2^53, as text", typed(TYPE.uint64, "ffffffffffffffff"), "18446744073709551615"],
    ["int64 past 2^53, as text", typed(TYPE.int64, "0000000000000080"), "-9223372036854775808"],
    ["an integer stored smaller than declared", typed(TYPE.uint32, "0500"), 5],
    ["an integer of no size that integers have", typed(TYPE.uint32, "010203"), null],
    ["real32", typed(TYPE.real32, "0000c03f"), 1.5],
    ["real64", typed(TYPE.real64, "000000000000f8bf"), -1.5],
    ["a real without a number", typed(TYPE.real64, "000000000000f87f"), "NaN"],
    ["true", typed(TYPE.bool, "01000000"), true],
    ["false", typed(TYPE.bool, "00000000"), false],
    ["binary", typed(TYPE.binary, "00ffa1"), "00FFA1"],
    ["a GUID", typed(TYPE.guid, "33221100554477668899aabbccddeeff"), "00112233-4455-6677-8899-AABBCCDDEEFF"],
    ["a size of 32 bits", typed(TYPE.size, "10000000"), "0x10"],
    ["a size of 64 bits", typed(TYPE.size, "1000000002000000"), "0x200000010"],
    ["FILETIME", typed(TYPE.fileTime, "879665676b6bda01"), "2024-03-01T00:00:00.123456Z"],
    ["FILETIME 0", typed(TYPE.fileTime, "0000000000000000"), "1601-01-01T00:00:00.000000Z"],
    ["SYSTEMTIME", typed(TYPE.systemTime, "e807030005000100020003000400e703"), "2024-03-01T02:03:04.999000Z"],
    ["a SID", typed(TYPE.sid, "010500000000000515000000010000000200000003000000f4010000"), "S-1-5-21-1-2-3-500"],
    ["a SID that is cut off", typed(TYPE.sid, "0105000000000005"), null],
    ["hexadecimal, 32 bits", typed(TYPE.hex32, "0f000000"), "0xf"],
    ["hexadecimal, 64 bits", typed(TYPE.hex64, "b8eb010001000000"), "0x10001ebb8"],
    ["a handle", typed(TYPE.handle, "0a000000"), "0xa"],
    ["XML as text", { type: TYPE.xml, bytes: Buffer.from("<a/>", "utf16le") }, "<a/>"],
    ["strings", texts("one", "", "three"), ["one", "", "three"]],
    ["ANSI strings", typed(TYPE.ansiString | ARRAY, "61006200"), ["a", "b"]],
    ["integers", typed(TYPE.uint16 | ARRAY, "010002000300"), [1, 2, 3]],
    ["bytes", typed(TYPE.int8 | ARRAY, "ff01"), [-1, 1]],
    ["64-bit integers", typed(TYPE.uint64 | ARRAY, "01000000000000000200000000000000"), [1, 2]],
    ["booleans", typed(TYPE.bool | ARRAY, "0100000000000000"), [true, false]],
    ["GUIDs", typed(TYPE.guid | ARRAY, "33221100554477668899aabbccddeeff"), ["00112233-4455-6677-8899-AABBCCDDEEFF"]],
    ["SIDs", typed(TYPE.sid | ARRAY, "010100000000000512000000010100000000000513000000"), ["S-1-5-18", "S-1-5-19"]],
    ["an array of a type that has no size", typed(TYPE.binary | ARRAY, "0102"), null],
    ["a type that there is not", typed(0x7e, "0102"), null],
  ])("%s", (_, value, expected) => {
    expect(readBack(value)).toEqual({ E: expected });
  });
});

describe("Binary XML becomes the JSON of exporters", () => {
  const data = (name: string, content: Content): Xml => ({
    name: "Data",
    attributes: { Name: name },
    content: [content],
  });

  test.each<[string, RecordSpec, unknown]>([
    ["an element without content is null", { xml: { name: "A" } }, { A: null }],
    [
      "a record without a template",
      { xml: { name: "A", content: [{ name: "B", content: ["x"] }] } },
      { A: { B: "x" } },
    ],
    [
      "attributes stand under #attributes, the text under #text",
      {
        xml: { name: "EventID", attributes: { Qualifiers: slot(0) }, content: [slot(1)] },
        values: [uint16(7), uint16(1)],
      },
      { EventID: { "#attributes": { Qualifiers: 7 }, "#text": 1 } },
    ],
    [
      "an attribute without a value is left out",
      { xml: { name: "Correlation", attributes: { ActivityID: slot(0) } }, values: [nothing] },
      { Correlation: null },
    ],
    ["a slot that has no value is nothing", { xml: { name: "A", content: [slot(9)] }, values: [] }, { A: null }],
    [
      "Data goes by its Name",
      {
        xml: { name: "EventData", content: [data("User", slot(0)), data("Id", slot(1))] },
        values: [text("x"), uint16(3)],
      },
      { EventData: { User: "x", Id: 3 } },
    ],
    [
      "a Name may be a value too",
      {
        xml: { name: "EventData", content: [{ name: "Data", attributes: { Name: slot(0) }, content: [slot(1)] }] },
        values: [text("Key"), text("v")],
      },
      { EventData: { Key: "v" } },
    ],
    [
      "one Data without a name stays as it is",
      { xml: { name: "EventData", content: [{ name: "Data", content: [slot(0)] }] }, values: [text("x")] },
      { EventData: { Data: "x" } },
    ],
    [
      "several are a list",
      {
        xml: { name: "EventData", content: [0, 1].map((n) => ({ name: "Data", content: [slot(n)] })) },
        values: [text("x"), text("y")],
      },
      { EventData: { Data: { "#text": ["x", "y"] } } },
    ],
    [
      "so are the items of one array",
      { xml: { name: "EventData", content: [{ name: "Data", content: [slot(0)] }] }, values: [texts("x", "y")] },
      { EventData: { Data: { "#text": ["x", "y"] } } },
    ],
    [
      "elements of one name are a list",
      { xml: { name: "U", content: [1, 2, 3].map((n) => ({ name: "P", content: [String(n)] })) } },
      { U: { P: ["1", "2", "3"] } },
    ],
    [
      "text, references, CDATA and values join",
      {
        xml: { name: "A", content: ["1 ", { entity: "lt" }, 0x26, { entity: "nbsp" }, { cdata: "<b>" }, slot(0)] },
        values: [uint16(5)],
      },
      { A: "1 <&&nbsp;<b>5" },
    ],
    [
      "a name such as __proto__ is just a name",
      { xml: { name: "A", content: [{ name: "__proto__", content: ["x"] }] } },
      JSON.parse('{"A":{"__proto__":"x"}}'),
    ],
  ])("%s", (_, record, expected) => {
    expect(jsonOf(record)).toEqual(expected);
  });

  it("a value may be XML itself, with a template of its own and values that are XML again", () => {
    const inner: TypedValue = {
      type: TYPE.binXml,
      xml: {
        name: "LogFileCleared",
        attributes: { xmlns: "x" },
        content: [slot(0), { name: "By", content: [slot(1)] }],
      },
      values: [{ type: TYPE.binXml, xml: { name: "Deep", content: ["down"] } }, text("root")],
    };
    expect(
      jsonOf({
        xml: { name: "Event", content: [{ name: "UserData", content: [slot(0, TYPE.binXml)] }] },
        values: [inner],
      }),
    ).toEqual({
      Event: { UserData: { LogFileCleared: { "#attributes": { xmlns: "x" }, Deep: "down", By: "root" } } },
    });
  });

  it("the parser reads it like every other export", () => {
    const { records } = readEvtx(sysmonLog(["whoami /all"]));
    const { fields, logsource, timeMs, hot } = parseJson(records[0]?.event);
    expect(logsource).toEqual({ product: "windows", category: "process_creation", service: "sysmon" });
    expect(fields).toMatchObject({
      EventID: 1,
      Channel: "Microsoft-Windows-Sysmon/Operational",
      Provider_Name: "Microsoft-Windows-Sysmon",
      Execution_ProcessID: 4004,
      Security_UserID: "S-1-5-18",
      TimeCreated_SystemTime: "2026-11-20T01:02:01.000000Z",
      CommandLine: "whoami /all",
      User: "EXAMPLE\\山田",
    });
    expect(new Date(timeMs).toISOString()).toBe("2026-11-20T01:02:01.123Z");
    expect(hot.what).toContain("whoami /all");
  });
});

describe("A damaged file", () => {
  const lines = Array.from({ length: 50 }, (_, n) => `tool.exe --step ${n}`);
  const whole = sysmonLog(lines, 20);
  const all = lines.map((_, index) => index + 1);
  const secondChunk = FILE_HEADER_BYTES + CHUNK_BYTES;
  /** A copy with something done to it. */
  const hurt = (what: (file: Buffer) => Buffer | undefined): Buffer => {
    const copy = Buffer.from(whole);
    return what(copy) ?? copy;
  };
  const recordAt = (n: number): number => readEvtx(whole).records[n]?.offset ?? 0;

  it("is not this one", () => {
    expect(kinds(whole)).toEqual([]);
    expect(ids(whole)).toEqual(all);
    expect(readEvtx(whole).records[20]?.offset).toBe(secondChunk + 512);
  });

  test.each<[string, (file: Buffer) => Buffer | undefined, readonly string[], (id: number) => boolean]>([
    ["copied while it was written", (f) => void f.writeUInt32LE(1, 120), ["not_closed"], () => true],
    ["with a wrong file checksum", (f) => void f.writeUInt32LE(1, 124), ["file_header_checksum"], () => true],
    ["of a version to come", (f) => void f.writeUInt16LE(4, 38), ["file_header_checksum", "file_header"], () => true],
    ["cut between chunks", (f) => f.subarray(0, secondChunk), ["file_cut_short"], (id) => id <= 20],
    [
      "cut inside a record",
      (f) => f.subarray(0, recordAt(25) + 40),
      ["file_cut_short", "chunk_cut_short", "record_lost"],
      (id) => id <= 25,
    ],
    ["cut inside its header", (f) => f.subarray(0, 100), ["file_cut_short"], () => false],
    [
      "with a wrong chunk checksum",
      (f) => void f.writeUInt32LE(1, secondChunk + 124),
      ["chunk_header_checksum"],
      () => true,
    ],
    [
      "with a chunk that says its records end in the header",
      (f) => void f.writeUInt32LE(7, secondChunk + 48),
      ["chunk_header_checksum", "chunk_header", "record_lost"],
      () => true,
    ],
    [
      "whose chunk lost its mark: records are carved out",
      (f) => void f.fill(0xee, secondChunk, secondChunk + 8),
      ["not_a_chunk", "record_lost"],
      () => true,
    ],
    [
      "with a record that lost its mark",
      (f) => void f.writeUInt32LE(0, recordAt(25)),
      ["chunk_checksum", "record_lost"],
      (id) => id !== 26,
    ],
    [
      "with a record that says it is larger than the chunk",
      (f) => void f.writeUInt32LE(0xffff_ffff, recordAt(25) + 4),
      ["chunk_checksum", "record_lost"],
      (id) => id !== 26,
    ],
    [
      "with a record whose second size is wrong",
      (f) => void f.writeUInt32LE(1, recordAt(26) - 4),
      ["chunk_checksum", "record_size"],
      () => true,
    ],
    [
      "with a record whose template lies outside",
      (f) => void f.writeUInt32LE(0xffff_fff0, recordAt(25) + 24 + 4 + 6),
      ["chunk_checksum", "record_unreadable"],
      (id) => id !== 26,
    ],
  ])("%s", (_, what, damage, isKept) => {
    const file = hurt(what);
    expect(kinds(file)).toEqual(damage);
    expect(ids(file)).toEqual(all.filter(isKept));
  });

  it("that is no event log at all has no records and says so", () => {
    expect(kinds(Buffer.from("hello"))).toEqual(["not_evtx", "not_a_chunk"]);
    expect(kinds(Buffer.alloc(0))).toEqual(["not_evtx"]);
  });

  it("has places that were reserved and never written: no damage", () => {
    expect(kinds(Buffer.concat([whole, Buffer.alloc(CHUNK_BYTES)]))).toEqual([]);
  });

  it("whose chunk header is older than its last records still gives them, but not what an older round left behind", () => {
    const chunk = FILE_HEADER_BYTES;
    const file = hurt((f) => void f.writeUInt32LE(recordAt(15) - chunk, chunk + 48));
    expect(ids(file)).toEqual(all);
    const stale = hurt((f) => {
      f.writeUInt32LE(recordAt(15) - chunk, chunk + 48);
      f.writeUInt32LE(900, recordAt(15) + 8);
    });
    expect(ids(stale)).toEqual(all.filter((id) => id <= 15 || id > 20));
  });

  it("whose template holds itself ends", () => {
    const writer = new ChunkWriter();
    const chunk = writer
      .record({ xml: { name: "A", content: ["0123456789012345678901234567890"] }, values: [] })
      .finish();
    // The definition's body becomes an instance of the definition itself.
    const definition = 512 + 24 + 4 + 10;
    chunk.writeUInt8(0x0c, definition + 28);
    chunk.writeUInt32LE(definition, definition + 28 + 6);
    const { records, damage } = readEvtx(fileOf([chunk]));
    expect(records).toEqual([]);
    expect(damage.at(-1)?.detail).toContain("a template refers to itself");
  });

  it("that wants one text a thousand times is stopped at its record's budget", () => {
    const xml: Xml = { name: "A", content: Array.from({ length: 2000 }, () => slot(0)) };
    const writer = new ChunkWriter();
    writer.record({ xml, values: [text("x".repeat(10_000))] });
    const { records, damage } = readEvtx(fileOf([writer.finish()]));
    expect(records).toEqual([]);
    expect(damage[0]?.detail).toContain("too many characters");
  });

  it("never throws and always ends, whatever bytes are changed", () => {
    const seed = sysmonLog(lines.slice(0, 12), 6);
    const change = fc.record({ at: fc.nat(12_000), to: fc.nat(255), chunk: fc.nat(1) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), fc.nat(seed.length), (changes, length) => {
        const file = Buffer.from(seed);
        for (const { at, to, chunk } of changes) file[FILE_HEADER_BYTES + chunk * CHUNK_BYTES + at] = to;
        const { records, damage } = readEvtx(file);
        expect(records.length).toBeLessThanOrEqual(12);
        for (const { event } of records) expect(parseJson(event).problem).not.toBe("broken_json");
        if (records.length < 12) expect(damage).not.toEqual([]);
        readEvtx(file.subarray(0, length));
      }),
      { numRuns: 300 },
    );
  });

  it("never throws on bytes of any kind behind a chunk's mark", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 3_000 }), (noise) => {
        const chunk = new ChunkWriter().record(processCreated(1, "x")).finish();
        Buffer.from(noise).copy(chunk, 512 + 24);
        expect(() => readEvtx(fileOf([chunk]))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
