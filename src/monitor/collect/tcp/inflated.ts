import { AppError } from "../../../kernel/errors.ts";
import { inflate } from "../body.ts";
import type { Budget } from "../budget.ts";
import type { CollectLimits } from "../limits.ts";
import { ByteReader } from "./byte-reader.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

type Packed = {
  readonly encoding: "gzip" | "zstd" | "deflate" | "identity";
  /** Bytes as they come. */
  readonly size: number;
  /** What is unpacked and unread comes out of it. */
  readonly held: Budget;
  readonly limits: CollectLimits;
};

/**
 * Reads what is packed inside a message, never more of it at once than is asked for. Errors of the packed part, bombs and
 * cut ones included, become `ProtocolError`; a sender that goes away meanwhile is a `StreamCut` as everywhere.
 */
export async function readInflated(
  outer: ByteReader,
  { encoding, size, held, limits }: Packed,
  read: (inner: ByteReader) => Promise<void>,
): Promise<void> {
  const part = { isRead: false, failure: undefined as unknown };
  const chunks = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* outer.take(size);
      part.isRead = true;
    } catch (error) {
      part.failure = error;
      throw error;
    }
  };
  const inner = new ByteReader(inflate(chunks(), encoding, { ...limits, maxBytes: limits.streamBodyBytes }), held);
  try {
    await read(inner);
  } catch (error) {
    if (part.failure !== undefined) throw part.failure;
    if (error instanceof AppError || error instanceof StreamCut) throw new ProtocolError(error.message);
    throw error;
  } finally {
    inner.release();
  }
  if (!part.isRead) throw new ProtocolError("What is packed ends before its length.");
}
