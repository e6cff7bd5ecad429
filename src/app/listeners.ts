import type { FastifyInstance } from "fastify";
import { AppError } from "../kernel/errors.ts";
import {
  type BulkRoutesDeps,
  createBulkServer,
  listenForward,
  listenLumberjack,
  listenRelp,
  listenSyslogTcp,
  listenSyslogUdp,
  type SyslogUdp,
  type TcpListener,
} from "../monitor/collect/index.ts";
import type { Config } from "./config.ts";

export type Listeners = {
  readonly udp: SyslogUdp | undefined;
  readonly tcp: TcpListener | undefined;
  /** Every TCP listener that is open, by its name in the settings. */
  readonly byName: ReadonlyMap<string, TcpListener>;
  readonly elasticsearch: FastifyInstance | undefined;
  close(): Promise<void>;
};

/** Opens what is configured besides the main port. Rejects, naming the port, when one cannot be had; then none is open. */
export async function openListeners(config: Config, bulk: BulkRoutesDeps): Promise<Listeners> {
  const { syslog, elasticsearch } = config;
  const byName = new Map<string, TcpListener>();
  const closeTcp = (): Promise<unknown> => Promise.all([...byName.values()].map((listener) => listener.close()));
  let udp: SyslogUdp | undefined;
  let own: FastifyInstance | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([udp?.close(), closeTcp(), own?.close()]);
  };
  try {
    const { intake, onBug } = bulk;
    if (syslog.udp.enabled) {
      const opening = listenSyslogUdp({ intake, onBug, ...syslog.udp });
      udp = await named(`syslog UDP ${syslog.udp.host}:${syslog.udp.port}`, opening);
    }
    for (const { name, host, port, open } of tcpListeners(config, bulk)) {
      byName.set(name, await named(`${name} ${host}:${port}`, open()));
    }
    own = elasticsearch.enabled ? createBulkServer(bulk) : undefined;
    const { host, port } = elasticsearch;
    if (own) await named(`Elasticsearch ${host}:${port}`, own.listen({ host, port }));
  } catch (error) {
    await close();
    throw error;
  }
  return { udp, tcp: byName.get("syslog-tcp"), byName, elasticsearch: own, close };
}

type Named = { readonly name: string; readonly host: string; readonly port: number; open(): Promise<TcpListener> };

/** The TCP listeners that are switched on. */
function tcpListeners({ syslog, relp, lumberjack, forward }: Config, bulk: BulkRoutesDeps): Named[] {
  const { intake, onBug, countWrongToken } = bulk;
  const common = { intake, onBug };
  const countWrongKey = (address: string): void => {
    try {
      countWrongToken(address);
    } catch (error) {
      // The limit speaks to people who sign in; this connection is closed anyway.
      if (!(error instanceof AppError)) throw error;
    }
  };
  const all: (Named & { enabled: boolean })[] = [
    { name: "syslog-tcp", ...syslog.tcp, open: () => listenSyslogTcp({ ...common, ...syslog.tcp }) },
    { name: "syslog-tls", ...syslog.tls, open: () => listenSyslogTcp({ ...common, ...syslog.tls }) },
    { name: "relp", ...relp, open: () => listenRelp({ ...common, ...relp }) },
    { name: "lumberjack", ...lumberjack, open: () => listenLumberjack({ ...common, ...lumberjack }) },
    { name: "forward", ...forward, open: () => listenForward({ ...common, ...forward, countWrongKey }) },
  ];
  return all.filter(({ enabled }) => enabled);
}

/** Names what could not be opened: a port in use is the most common reason that a start fails. */
export async function named<T>(what: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      "conflict",
      `${what} cannot be opened: ${reason}. Choose another port in yagura.yaml.`,
      {},
      cause,
    );
  }
}
