import { TYPE } from "../value.ts";
import {
  ChunkWriter,
  fileOf,
  type RecordSpec,
  slot,
  type TypedValue,
  text,
  typed,
  uint16,
  type Xml,
} from "./writer.ts";

const NAMES = ["UtcTime", "Image", "CommandLine", "ParentImage", "User"] as const;

/** Sysmon's template for a new process, as its event log has it. */
const SYSMON: Xml = {
  name: "Event",
  attributes: { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
  content: [
    {
      name: "System",
      content: [
        { name: "Provider", attributes: { Name: "Microsoft-Windows-Sysmon", Guid: slot(0, TYPE.guid) } },
        { name: "EventID", attributes: { Qualifiers: slot(1, TYPE.uint16) }, content: [slot(2, TYPE.uint16)] },
        { name: "TimeCreated", attributes: { SystemTime: slot(3, TYPE.fileTime) } },
        { name: "EventRecordID", content: [slot(4, TYPE.uint64)] },
        { name: "Correlation", attributes: { ActivityID: slot(5, TYPE.guid) } },
        { name: "Execution", attributes: { ProcessID: slot(6, TYPE.uint32) } },
        { name: "Channel", content: ["Microsoft-Windows-Sysmon/Operational"] },
        { name: "Computer", content: [slot(7)] },
        { name: "Security", attributes: { UserID: slot(8, TYPE.sid) } },
      ],
    },
    {
      name: "EventData",
      content: NAMES.map((name, index) => ({ name: "Data", attributes: { Name: name }, content: [slot(9 + index)] })),
    },
  ],
};

const NULL: TypedValue = { type: TYPE.null, bytes: Buffer.alloc(0) };

/** A process that Sysmon saw: the nth, a second after the one before. */
export function processCreated(n: number, commandLine: string): RecordSpec {
  const second = String(n % 60).padStart(2, "0");
  const number = Buffer.alloc(8);
  number.writeUInt32LE(n);
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(Date.UTC(2026, 10, 20, 1, 2, n % 60) + 11_644_473_600_000) * 10_000n);
  return {
    xml: SYSMON,
    atMs: Date.UTC(2026, 10, 20, 1, 2, n % 60),
    values: [
      typed(TYPE.guid, "5f3870572ac2bf434c0606f5698ffbd9"),
      NULL,
      uint16(1),
      { type: TYPE.fileTime, bytes: time },
      { type: TYPE.uint64, bytes: number },
      NULL,
      typed(TYPE.uint32, "a40f0000"),
      text("WS-01.example.jp"),
      typed(TYPE.sid, "010100000000000512000000"),
      text(`2026-11-20 01:02:${second}.123`),
      text("C:\\Windows\\System32\\cmd.exe"),
      text(commandLine),
      text("C:\\Windows\\explorer.exe"),
      text("EXAMPLE\\山田"),
    ],
  };
}

/** An event log with these command lines, so many to a chunk. */
export function sysmonLog(commandLines: readonly string[], perChunk = 20): Buffer {
  const chunks: Buffer[] = [];
  for (let from = 0; from < commandLines.length; from += perChunk) {
    const writer = new ChunkWriter(from + 1);
    for (const [index, line] of commandLines.slice(from, from + perChunk).entries())
      writer.record(processCreated(from + index + 1, line));
    chunks.push(writer.finish());
  }
  return fileOf(chunks);
}
