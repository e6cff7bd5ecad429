import { BlockList } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../kernel/errors.ts";
import type { Guard } from "../organization/access/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Engines } from "./engines.ts";
import type { Monitoring } from "./monitoring.ts";

/** For load balancers, open and without anything that a stranger may not know; and for Prometheus, which is neither. */
export function addHealthRoutes(
  app: HttpServer,
  { engines, monitoring, guard }: { engines: Engines; monitoring: Monitoring; guard: Guard },
): void {
  const open = { config: { access: "public" as const }, schema: { hide: true } };
  app.get("/healthz", open, async () => ({ status: "ok" }));
  app.get("/readyz", open, async (_request, reply) => {
    const [events, state] = await Promise.all([engines.events.ping(), engines.state.ping()]);
    const checks = {
      events,
      state,
      log: !engines.wal.stats().isFull,
      pipeline: monitoring.pipeline()?.snapshot().isEngineAway === false,
    };
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready", checks });
  });
  app.get("/metrics", open, async (request, reply) => {
    if (!isFromThisMachine(request)) await requireSystemRead(guard, request, reply);
    return reply.type(monitoring.metrics.registry.contentType).send(await monitoring.metrics.registry.metrics());
  });
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** A proxy on this machine also connects from loopback; the headers that it adds give it away. */
function isFromThisMachine({ ip, socket, headers }: FastifyRequest): boolean {
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  return [ip, socket.remoteAddress].every(
    (address) => address !== undefined && LOOPBACK.check(address, address.includes(":") ? "ipv6" : "ipv4"),
  );
}

/** The figures name every source of the group. */
async function requireSystemRead(guard: Guard, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const ctx = await guard.contextOf(request, reply);
  if (ctx.units("system:read").all) return;
  throw new AppError("forbidden", "The figures are of the whole group: they need system:read at its root.", {
    permission: "system:read",
  });
}
