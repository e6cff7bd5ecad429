import type { HttpServer } from "../platform/http/index.ts";
import type { Engines } from "./engines.ts";
import type { Monitoring } from "./monitoring.ts";

/** For load balancers and Prometheus: open like any health page, and without anything that a stranger may not know. */
export function addHealthRoutes(
  app: HttpServer,
  { engines, monitoring }: { engines: Engines; monitoring: Monitoring },
): void {
  const open = { config: { access: "public" as const }, schema: { hide: true } };
  app.get("/healthz", open, async () => ({ status: "ok" }));
  app.get("/readyz", open, async (_request, reply) => {
    const [events, state] = await Promise.all([engines.events.ping(), engines.state.ping()]);
    const checks = { events, state, log: !engines.wal.stats().isFull, pipeline: monitoring.pipeline()?.snapshot().isEngineAway === false };
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", checks });
  });
  app.get("/metrics", open, async (_request, reply) =>
    reply.type(monitoring.metrics.registry.contentType).send(await monitoring.metrics.registry.metrics()),
  );
}
