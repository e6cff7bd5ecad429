import type { Writable } from "node:stream";

/** The reader of our output went away (`| head`): nothing is left to do. */
export class ReaderGone extends Error {}

export type Output = { write(text: string): Promise<void> };

/** Writes text as fast as it is read. Rejects with ReaderGone once nobody reads it any more. */
export function openOutput(stream: Writable): Output {
  let failure: Error | undefined;
  let onEnd = (): void => {};
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED" ? new ReaderGone() : error;
    onEnd();
  });
  return {
    async write(text) {
      if (failure === undefined && text !== "" && !stream.write(text))
        await new Promise<void>((resolve) => {
          onEnd = resolve;
          stream.once("drain", resolve);
        });
      if (failure !== undefined) throw failure;
    },
  };
}
