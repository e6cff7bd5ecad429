import {
  type FlowListener,
  type HttpReceiver,
  listenFlows,
  listenForward,
  listenLumberjack,
  listenRelp,
  listenSyslogTcp,
  listenSyslogUdp,
  type SyslogUdp,
  type TcpListener,
} from "../monitor/collect/index.ts";
import type { Config } from "./config.ts";
import { httpReceivers, type ReceiverParts } from "./http-receivers.ts";
import type { Counting } from "./listener-metrics.ts";
import { named, type Port } from "./named.ts";

export type Listeners = {
  readonly udp: SyslogUdp | undefined;
  readonly flows: FlowListener | undefined;
  readonly tcp: TcpListener | undefined;
  /** Every TCP listener that is open, by its name in the settings. */
  readonly byName: ReadonlyMap<string, TcpListener>;
  /** Every HTTP receiver with a port of its own that is open. */
  readonly http: ReadonlyMap<string, HttpReceiver>;
  /** All of them that have figures. */
  readonly counting: ReadonlyMap<string, Counting>;
  close(): Promise<void>;
};

/** Opens what is configured besides the main port. Rejects, naming the port, when one cannot be had; then none is open. */
export async function openListeners(config: Config, parts: ReceiverParts): Promise<Listeners> {
  const { udp: udpSettings } = config.syslog;
  const byName = new Map<string, TcpListener>();
  const http = new Map<string, HttpReceiver>();
  let udp: SyslogUdp | undefined;
  let flows: FlowListener | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([udp, flows, ...byName.values(), ...http.values()].map((listener) => listener?.close()));
  };
  try {
    const { intake, onBug } = parts.bulk;
    if (udpSettings.enabled) {
      const onTurnedAway = parts.turnedAway.of("syslog-udp");
      const opening = listenSyslogUdp({ intake, onBug, onTurnedAway, ...udpSettings });
      udp = await named(`syslog UDP ${udpSettings.host}:${udpSettings.port}`, opening);
    }
    if (config.flows.enabled) {
      const { host, port } = config.flows;
      const opening = listenFlows({ intake, onBug, onTurnedAway: parts.turnedAway.of("flows"), ...config.flows });
      flows = await named(`flows UDP ${host}:${port}`, opening);
    }
    await openAll(tcpListeners(config, parts), byName);
    await openAll(httpReceivers(config, parts), http);
  } catch (error) {
    await close();
    throw error;
  }
  const counting = new Map<string, Counting>([...byName, ...http]);
  for (const [name, listener] of [["syslog-udp", udp] as const, ["flows", flows] as const])
    if (listener !== undefined) counting.set(name, { stats: () => ({ notAllowed: listener.notAllowed() }) });
  return { udp, flows, tcp: byName.get("syslog-tcp"), byName, http, counting, close };
}

async function openAll<T>(ports: readonly Port<T>[], into: Map<string, T>): Promise<void> {
  for (const { name, host, port, open } of ports) into.set(name, await named(`${name} ${host}:${port}`, open()));
}

/** The TCP listeners that are switched on. */
function tcpListeners({ syslog, relp, lumberjack, forward }: Config, parts: ReceiverParts): Port<TcpListener>[] {
  const { intake, onBug, countWrongToken: countWrongKey } = parts.bulk;
  const common = (name: string) => ({ intake, onBug, onTurnedAway: parts.turnedAway.of(name) });
  const all: (Port<TcpListener> & { enabled: boolean })[] = [
    { name: "syslog-tcp", ...syslog.tcp, open: () => listenSyslogTcp({ ...common("syslog-tcp"), ...syslog.tcp }) },
    { name: "syslog-tls", ...syslog.tls, open: () => listenSyslogTcp({ ...common("syslog-tls"), ...syslog.tls }) },
    { name: "relp", ...relp, open: () => listenRelp({ ...common("relp"), ...relp }) },
    { name: "lumberjack", ...lumberjack, open: () => listenLumberjack({ ...common("lumberjack"), ...lumberjack }) },
    { name: "forward", ...forward, open: () => listenForward({ ...common("forward"), ...forward, countWrongKey }) },
  ];
  return all.filter(({ enabled }) => enabled);
}
