import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { AppError } from "../../../kernel/errors.ts";
import type { OtlpEncoding, Partial } from "./receive.ts";

/** gRPC status codes that are answered with. Source: grpc.io, "Status codes". */
export const GRPC = {
  ok: 0,
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const BY_CODE: Readonly<globalThis.Partial<Record<AppError["code"], number>>> = {
  invalid: GRPC.invalidArgument,
  unsupported: GRPC.unimplemented,
  unauthenticated: GRPC.unauthenticated,
  forbidden: GRPC.permissionDenied,
  too_large: GRPC.resourceExhausted,
  over_limit: GRPC.resourceExhausted,
  unavailable: GRPC.unavailable,
};
export const grpcCodeOf = (error: AppError | undefined): number => (error && BY_CODE[error.code]) ?? GRPC.internal;

/** ExportLogsServiceResponse; empty when all is taken. */
export function encodeSuccess({ rejectedLogRecords, errorMessage }: Partial, encoding: OtlpEncoding): Buffer {
  const isWhole = rejectedLogRecords === 0;
  if (encoding === "json") {
    const partialSuccess = { rejectedLogRecords: String(rejectedLogRecords), errorMessage };
    return Buffer.from(JSON.stringify(isWhole ? {} : { partialSuccess }));
  }
  if (isWhole) return Buffer.alloc(0);
  const partial = new BinaryWriter().tag(1, WireType.Varint).int64(rejectedLogRecords);
  partial.tag(2, WireType.LengthDelimited).string(errorMessage);
  return nested(1, partial.finish());
}

/**
 * google.rpc.Status. Without a RetryInfo in it OTLP takes RESOURCE_EXHAUSTED for final, so every "not now" has one.
 * Source: OTLP specification, "OTLP/gRPC throttling".
 */
export function encodeStatus(error: AppError | undefined, message: string, encoding: OtlpEncoding): Buffer {
  const code = grpcCodeOf(error);
  if (encoding === "json") return Buffer.from(JSON.stringify({ code, message }));
  const status = new BinaryWriter().tag(1, WireType.Varint).int32(code);
  status.tag(2, WireType.LengthDelimited).string(message);
  if (error?.code === "over_limit" || error?.code === "unavailable")
    status.tag(3, WireType.LengthDelimited).bytes(retryInfo(retryAfterSeconds(error)));
  return Buffer.from(status.finish());
}

export function retryAfterSeconds(error: AppError): number {
  const seconds = Number(error.detail.retryAfterSeconds ?? 1);
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 1;
}

/** google.protobuf.Any of a google.rpc.RetryInfo. */
function retryInfo(seconds: number): Uint8Array {
  const delay = new BinaryWriter().tag(1, WireType.Varint).int64(seconds).finish();
  const any = new BinaryWriter().tag(1, WireType.LengthDelimited).string("type.googleapis.com/google.rpc.RetryInfo");
  return any.tag(2, WireType.LengthDelimited).bytes(nested(1, delay)).finish();
}

const nested = (field: number, message: Uint8Array): Buffer =>
  Buffer.from(new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(message).finish());
