import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Connection, type ConnectionDeps, openConnection } from "./connection.ts";
import type { SyslogOptions } from "./deliver.ts";
import { SYSLOG_TCP_LIMITS, type SyslogTcpLimits } from "./tcp-limits.ts";

const SWEEP_MS = 1_000;
const KEEP_ALIVE_MS = 60_000;
const CLOSE_GRACE_MS = 500;

type TcpStats = {
  readonly connections: number;
  /** Connections that are not read now because what they sent is not yet durable. */
  readonly paused: number;
  /** Turned away since the start: all places were taken. */
  readonly refused: number;
  /** Closed since the start because they were silent: past `idleMs`, or to make room. */
  readonly closedIdle: number;
  readonly heldBytes: number;
};

export type SyslogTcp = { readonly port: number; stats(): TcpStats; close(): Promise<void> };

/**
 * Syslog over TCP (RFC 6587, both framings). TCP senders get no acknowledgement: back-pressure is that the socket is no
 * longer read. Rejects when the port cannot be had.
 */
export async function listenSyslogTcp(
  options: SyslogOptions & { readonly limits?: Partial<SyslogTcpLimits> },
): Promise<SyslogTcp> {
  const limits = { ...SYSLOG_TCP_LIMITS, ...options.limits };
  const connections = new Set<Connection>();
  const counts = { refused: 0, closedIdle: 0 };
  const stopping = new AbortController();
  const heldBytes = (): number => [...connections].reduce((sum, connection) => sum + connection.heldBytes(), 0);
  const deps: ConnectionDeps = { ...options, limits, stopping: stopping.signal };

  const server = createServer((socket) => {
    if (connections.size >= limits.maxConnections && !evictIdle()) {
      counts.refused += 1;
      socket.destroy();
      return;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    accept(socket);
  });
  const accept = (socket: Socket): void => {
    const connection = openConnection(socket, deps);
    connections.add(connection);
    connection.done.then(() => connections.delete(connection), options.onBug);
  };
  const evictIdle = (): boolean => {
    let idlest: Connection | undefined;
    for (const each of connections) if (each.idleMs() > (idlest?.idleMs() ?? -1)) idlest = each;
    if (idlest === undefined || idlest.idleMs() < limits.evictAfterMs) return false;
    counts.closedIdle += 1;
    connections.delete(idlest);
    idlest.close();
    return true;
  };
  const sweep = setInterval(() => {
    let held = heldBytes();
    for (const connection of connections) {
      const before = connection.heldBytes();
      connection.releaseIfDue(held > limits.maxHeldBytes);
      held -= before - connection.heldBytes();
      if (connection.idleMs() < limits.idleMs) continue;
      counts.closedIdle += 1;
      connection.close();
    }
  }, SWEEP_MS);
  sweep.unref();

  server.listen({ host: options.host, port: options.port });
  await once(server, "listening");
  server.on("error", options.onBug);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    stats: () => ({
      ...counts,
      connections: connections.size,
      paused: [...connections].filter((connection) => connection.isPaused()).length,
      heldBytes: heldBytes(),
    }),
    async close() {
      clearInterval(sweep);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // What lies in the network buffers is still read: senders see our end and stop.
      for (const connection of connections) connection.end();
      await Promise.race([closed, pause(CLOSE_GRACE_MS)]);
      stopping.abort();
      for (const connection of connections) connection.close();
      await closed;
      await Promise.all([...connections].map((connection) => connection.done));
    },
  };
}
