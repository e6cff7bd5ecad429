import type { FastifyReply } from "fastify";

/** Aborts when the browser goes away before the answer is complete, so that nobody waits for a query that nobody wants. */
export function closeSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort("closed");
  });
  return controller.signal;
}
