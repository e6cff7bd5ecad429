import { AppError } from "../../../kernel/errors.ts";
import { inflate } from "../body.ts";
import type { Budget } from "../budget.ts";
import type { CollectLimits } from "../limits.ts";
import { ByteReader } from "./byte-reader.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

type Compressed = {
  readonly encoding: "gzip" | "zstd" | "deflate" | "identity";
  /** What is unpacked and unread comes out of it. */
  readonly held: Budget;
  readonly limits: CollectLimits;
};

/**
 * Reads what is compressed inside a message, never more of it at once than is asked for. Errors of the compressed part,
 * bombs and cut ones included, become `ProtocolError`.
 */
export async function readInflated(
  chunks: AsyncIterable<Buffer>,
  { encoding, held, limits }: Compressed,
  read: (inner: ByteReader) => Promise<void>,
): Promise<void> {
  const inner = new ByteReader(inflate(chunks, encoding, { ...limits, maxBytes: limits.streamBodyBytes }), held);
  try {
    await read(inner);
  } catch (error) {
    if (error instanceof AppError || error instanceof StreamCut) throw new ProtocolError(error.message);
    throw error;
  } finally {
    inner.release();
  }
}
