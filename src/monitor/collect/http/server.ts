import { lookup } from "node:dns/promises";
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import { guardPort, openTls, type PortStats, portOf, type ReceiverPort } from "./port.ts";

/** Longer than Beats' and Fluent Bit's own pauses, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;

export type HttpReceiver = { readonly port: number; stats(): PortStats; close(): Promise<void> };

export type HttpReceiverOptions = ReceiverPort & {
  readonly routes: FastifyPluginAsync;
  /** Where senders expect the routes; absent = at the root. */
  readonly prefix?: string;
  readonly onBug: (error: unknown) => void;
};

/** A server of its own for senders that want a port, such as 9200 or 8088. Rejects when the port or a certificate cannot be had. */
export async function listenHttp(options: HttpReceiverOptions): Promise<HttpReceiver> {
  const { routes, prefix = "", host, port, onBug } = options;
  const common = {
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { ignoreTrailingSlash: true },
  };
  const tls = await openTls(options);
  const app = tls ? asHttp(Fastify({ ...common, https: tls.options })) : asHttp(Fastify(common));
  await app.register(routes, { prefix });
  const guard = guardPort(app.server, { ...options, tls, onBug });
  const close = async (): Promise<void> => {
    guard.release();
    await app.close();
  };
  try {
    await app.listen({ host: await addressOf(host), port });
    return { port: portOf(app.server), stats: guard.stats, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For the name localhost Fastify opens a second server, which no guard would stand before. */
const addressOf = async (host: string): Promise<string> => (host === "localhost" ? (await lookup(host)).address : host);

/** HTTP and HTTPS instances differ in the type of the raw server alone, which no route looks at. */
function asHttp(app: unknown): FastifyInstance {
  return app as FastifyInstance;
}
