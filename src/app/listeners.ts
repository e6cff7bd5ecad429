import type { FastifyInstance } from "fastify";
import { AppError } from "../kernel/errors.ts";
import {
  type BulkRoutesDeps,
  createBulkServer,
  listenSyslogTcp,
  listenSyslogUdp,
  type SyslogUdp,
  type TcpListener,
} from "../monitor/collect/index.ts";
import type { Config } from "./config.ts";

export type Listeners = {
  readonly udp: SyslogUdp | undefined;
  readonly tcp: TcpListener | undefined;
  readonly elasticsearch: FastifyInstance | undefined;
  close(): Promise<void>;
};

/** Opens what is configured besides the main port. Rejects, naming the port, when one cannot be had. */
export async function openListeners({ syslog, elasticsearch }: Config, bulk: BulkRoutesDeps): Promise<Listeners> {
  const { intake, onBug } = bulk;
  const udp = syslog.udp.enabled
    ? await named(`syslog UDP ${syslog.udp.host}:${syslog.udp.port}`, listenSyslogUdp({ intake, onBug, ...syslog.udp }))
    : undefined;
  const tcp = syslog.tcp.enabled
    ? await named(`syslog TCP ${syslog.tcp.host}:${syslog.tcp.port}`, listenSyslogTcp({ intake, onBug, ...syslog.tcp }))
    : undefined;
  const own = elasticsearch.enabled ? createBulkServer(bulk) : undefined;
  if (own) {
    const { host, port } = elasticsearch;
    await named(`Elasticsearch ${host}:${port}`, own.listen({ host, port }));
  }
  return {
    udp,
    tcp,
    elasticsearch: own,
    close: async () => {
      await Promise.all([udp?.close(), tcp?.close(), own?.close()]);
    },
  };
}

/** Names what could not be opened: a port in use is the most common reason that a start fails. */
export async function named<T>(what: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      "conflict",
      `${what} cannot be opened: ${reason}. Choose another port in yagura.yaml.`,
      {},
      cause,
    );
  }
}
