import { AppError } from "../../../kernel/errors.ts";
import { inflate } from "../body.ts";
import type { CollectLimits } from "../limits.ts";
import { ByteReader } from "./byte-reader.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

/**
 * Reads what is compressed inside a message, never more of it at once than is asked for. Errors of the compressed part,
 * bombs and cut ones included, become `ProtocolError`.
 */
export async function readInflated(
  chunks: AsyncIterable<Buffer>,
  { encoding, limits }: { readonly encoding: "gzip" | "deflate" | "identity"; readonly limits: CollectLimits },
  read: (inner: ByteReader) => Promise<void>,
): Promise<void> {
  try {
    await read(new ByteReader(inflate(chunks, encoding, { ...limits, maxBytes: limits.streamBodyBytes })));
  } catch (error) {
    if (error instanceof AppError || error instanceof StreamCut) throw new ProtocolError(error.message);
    throw error;
  }
}
