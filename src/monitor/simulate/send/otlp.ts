import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { z } from "zod";
import { countText } from "../../../kernel/count.ts";
import type { HttpProtocol, Settled } from "./http.ts";
import { read } from "./http-protocols.ts";
import { strange } from "./peer.ts";
import type { Line } from "./sender.ts";

const SCOPE = "yagura-simulate";
const rejectedCount = z.union([z.string().regex(/^\d{1,9}$/), z.int().min(0)]).transform(Number);
const Answer = z.object({ partialSuccess: z.object({ rejectedLogRecords: rejectedCount.default(0) }).optional() });

/** OTLP/HTTP in JSON: a resource for each host. Source: opentelemetry-proto 1.x, collector/logs/v1. */
export const OTLP_JSON: HttpProtocol = {
  name: "OTLP",
  headers: (token) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" }),
  body: (lines) => Buffer.from(JSON.stringify({ resourceLogs: byHost(lines).map(jsonResource) })),
  settle: (lines, answer) => settled(lines, read(answer, Answer).partialSuccess?.rejectedLogRecords ?? 0),
};

export const OTLP_PROTOBUF: HttpProtocol = {
  ...OTLP_JSON,
  headers: (token) => ({ authorization: `Bearer ${token}`, "content-type": "application/x-protobuf" }),
  body: (lines) => Buffer.concat(byHost(lines).map(([host, own]) => message(1, ...protobufResource(host, own)))),
  settle: (lines, answer) => settled(lines, rejectedIn(answer)),
};

type OfHost = readonly [host: string, lines: readonly Line[]];
const byHost = (lines: readonly Line[]): readonly OfHost[] => [...Map.groupBy(lines, ({ host }) => host)];
const nanoseconds = (atMs: number): bigint => BigInt(atMs) * 1_000_000n;

const jsonResource = ([host, lines]: OfHost): object => ({
  resource: { attributes: [{ key: "host.name", value: { stringValue: host } }] },
  scopeLogs: [
    {
      scope: { name: SCOPE },
      logRecords: lines.map(({ atMs, bytes }) => ({
        timeUnixNano: String(nanoseconds(atMs)),
        body: { stringValue: bytes.toString("utf8") },
      })),
    },
  ],
});

const message = (field: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(Buffer.concat(parts)).finish();
const text = (field: number, value: string | Buffer): Uint8Array => message(field, Buffer.from(value));

function protobufResource(host: string, lines: readonly Line[]): Uint8Array[] {
  const attribute = message(1, text(1, "host.name"), message(2, text(1, host)));
  const records = lines.map(({ atMs, bytes }) =>
    message(
      2,
      new BinaryWriter().tag(1, WireType.Bit64).fixed64(nanoseconds(atMs)).finish(),
      message(5, text(1, bytes)),
    ),
  );
  return [message(1, attribute), message(2, message(1, text(1, SCOPE)), ...records)];
}

/** ExportLogsPartialSuccess.rejected_log_records of an answer in protobuf. */
function rejectedIn(answer: Buffer): number {
  try {
    const reader = new BinaryReader(answer);
    let rejected = 0;
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field !== 1 || type !== WireType.LengthDelimited) reader.skip(type, field);
      else {
        const partial = new BinaryReader(reader.bytes());
        while (partial.pos < partial.len) {
          const [inner, innerType] = partial.tag();
          if (inner === 1 && innerType === WireType.Varint) rejected = Number(partial.int64());
          else partial.skip(innerType, inner);
        }
      }
    }
    return rejected;
  } catch {
    throw strange("its answer is no protobuf");
  }
}

function settled(lines: readonly Line[], rejected: number): Settled {
  if (rejected < 0 || rejected > lines.length)
    throw strange(`OTLP refused ${rejected} of ${countText(lines.length, "record")}`);
  return { accepted: lines.length - rejected, rejected, again: [] };
}
