import { Readable } from "node:stream";
import { AppError } from "../../../kernel/errors.ts";
import { inflate, readBody } from "../body.ts";
import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";

export type WholeBody = { readonly body: Buffer; readonly release: () => void };
/**
 * `maxBytes`: after inflation; absent = `bulkBodyBytes`. `origin`: whose events are in it; a body that finds no room is then
 * counted, as one, because nobody knows how many events it holds.
 */
export type BodyBounds = Pick<Intake, "budget" | "limits" | "reject"> & {
  readonly maxBytes?: number;
  readonly origin?: Origin;
};

/** A request's whole body, inflated, of at most `maxBytes` and half of the memory that all senders share. */
export const readWholeBody = (
  request: Readable,
  encoding: string | undefined,
  bounds: BodyBounds,
): Promise<WholeBody> => gatherBody(readBody(request, encoding, limitsOf(bounds)), bounds);

/** The same for a compressed message that is in memory already. */
export const inflateWhole = (message: Buffer, encoding: string, bounds: BodyBounds): Promise<WholeBody> =>
  gatherBody(inflate(Readable.from([message]), encoding, limitsOf(bounds)), bounds);

const limitsOf = ({ limits, maxBytes = limits.bulkBodyBytes }: BodyBounds) => ({
  ...limits,
  maxBytes: Math.min(maxBytes, limits.bulkBodyBytes, Math.floor(limits.inFlightBytes / 2)),
});

/** What a piece of a body takes besides its bytes: bodies may come a byte at a time. */
const CHUNK_COST_BYTES = 256;

/**
 * The whole body in memory, within the budget that all senders share. It must be whole before anything is taken: the
 * answer to a cut body is an error, upon which shippers send everything again. `release` gives the memory back.
 */
async function gatherBody(chunks: AsyncIterable<Buffer>, { budget, reject, origin }: BodyBounds): Promise<WholeBody> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const release = (): void => {
    budget.give(bytes);
    bytes = 0;
  };
  try {
    for await (const chunk of chunks) {
      if (!budget.take(chunk.length + CHUNK_COST_BYTES)) {
        if (origin !== undefined) reject(origin, "over_limit", 1);
        throw new AppError("over_limit", "No room for more events now.");
      }
      bytes += chunk.length + CHUNK_COST_BYTES;
      parts.push(chunk);
    }
    return { body: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts), release };
  } catch (error) {
    release();
    throw error;
  }
}
