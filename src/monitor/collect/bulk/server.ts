import Fastify, { type FastifyInstance } from "fastify";
import { type BulkRoutesDeps, bulkRoutes } from "./routes.ts";

const MAX_CONNECTIONS = 1_000;
/** Longer than Beats' and Fluent Bit's own pauses, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;

/** A server of its own for shippers that cannot be given a path, such as on port 9200. The caller makes it listen. */
export function createBulkServer(deps: BulkRoutesDeps): FastifyInstance {
  const app = Fastify({
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.register(bulkRoutes(deps));
  return app;
}
