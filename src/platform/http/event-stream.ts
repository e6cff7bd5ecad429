import type { FastifyReply } from "fastify";
import { AppError } from "../../kernel/errors.ts";

/** A `text/event-stream` (HTML Standard §9.2) to one browser. */
export type EventStream = {
  write(text: string): void;
  /** Bytes that the browser has not taken yet. */
  unsentBytes(): number;
  /** Aborted when the browser leaves. */
  readonly signal: AbortSignal;
  /** Sends what is written and closes. */
  end(): void;
  /** Closes at once: for a browser that does not read. */
  drop(): void;
};

/** Takes the answer out of the framework's hands: from here on the caller writes, and ends it in a `finally`. */
export function openEventStream(reply: FastifyReply): EventStream {
  const signal = closeSignal(reply);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...headersOf(reply),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    // A stream that ends has had its connection for itself; kept alive it would hold up a closing server.
    connection: "close",
  });
  raw.write(": open\n\n");
  return {
    write: (text) => void raw.write(text),
    unsentBytes: () => raw.writableLength,
    signal,
    end: () => void raw.end(),
    drop: () => void raw.destroy(),
  };
}

/** Aborts when the browser goes away before the answer is complete, so that nobody works for an answer that nobody wants. */
export function closeSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort("closed");
  });
  return controller.signal;
}

/** What hooks have set so far (security headers), since a hijacked reply does not send it by itself. */
function headersOf(reply: FastifyReply): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value : String(value);
  }
  return headers;
}

/** How many streams may be open at once, in all and per person or token. */
export function createStreamGate(limits: { readonly total: number; readonly perActor: number }) {
  const open = new Map<string, number>();
  let total = 0;
  return {
    open: () => total,
    /** Errors: `over_limit`. Call the answer once when the stream closes. */
    enter(actorId: string): () => void {
      const own = open.get(actorId) ?? 0;
      if (total >= limits.total || own >= limits.perActor) {
        throw new AppError("over_limit", "Too many live views are open. Close one first.");
      }
      open.set(actorId, own + 1);
      total += 1;
      return () => {
        total -= 1;
        const left = (open.get(actorId) ?? 1) - 1;
        if (left > 0) open.set(actorId, left);
        else open.delete(actorId);
      };
    },
  };
}
