import { once } from "node:events";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { createBudget } from "../budget.ts";
import type { Intake } from "../intake.ts";
import { type Origin, peerAddress } from "../origin.ts";
import type { Transport } from "../record.ts";
import type { TellTurnedAway, TurnedAway } from "../turned-away.ts";
import { Connection, type ConnectionDeps, type Protocol } from "./connection.ts";
import { handshakeFailure } from "./handshakes.ts";
import { TCP_LIMITS, type TcpLimits } from "./limits.ts";
import { isAllowedBy } from "./networks.ts";
import { clientName, keepTlsFresh, loadTls, type TlsSettings } from "./tls.ts";

const SWEEP_MS = 1_000;
const KEEP_ALIVE_MS = 60_000;
const CLOSE_GRACE_MS = 500;

/** Why a connection did not come about, or was ended by us. */
type RefusalCounts = {
  /** Turned away since the start: all places were taken. */
  refused: number;
  /** From an address, or with a certificate, that is not allowed. */
  notAllowed: number;
  /** TLS that did not come about: a wrong or missing certificate, a broken or slow handshake. */
  failedHandshakes: number;
  /** Closed since the start because they were silent: past `idleMs`, or to make room. */
  closedIdle: number;
  /** Closed because a greeting or the rest of a message did not come. */
  closedUnfinished: number;
  /** Closed because the sender broke the protocol. */
  protocolErrors: number;
};

export type TcpStats = Readonly<RefusalCounts> & {
  readonly connections: number;
  /** Connections that are not read now because what they sent is not yet durable. */
  readonly paused: number;
  readonly heldBytes: number;
};

export type TcpListener = { readonly port: number; stats(): TcpStats; close(): Promise<void> };

export type TcpOptions = {
  readonly intake: Intake;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly transport: Transport;
  readonly protocol: Protocol;
  /** Addresses and networks that may connect; empty = all. */
  readonly allow?: readonly string[];
  readonly tls?: TlsSettings | undefined;
  readonly limits?: Partial<TcpLimits>;
  /** Told of failures that are ours. */
  readonly onBug: (error: unknown) => void;
  /** Told of every sender that is turned away or breaks its protocol. */
  readonly onTurnedAway?: TellTurnedAway;
};

/**
 * One TCP port: connections bounded, silent ones evicted, back-pressure by not reading, TLS where it is configured. What is
 * spoken over it is the protocol's. Rejects when the port cannot be had or a certificate cannot be read.
 */
export async function listenTcp(options: TcpOptions): Promise<TcpListener> {
  const listener = new Listener(options);
  await listener.open();
  return listener;
}

class Listener implements TcpListener {
  port = 0;
  readonly #options: TcpOptions;
  readonly #limits: TcpLimits;
  readonly #connections = new Set<Connection>();
  /** By the sender's address and port: all that joins a raw socket and its TLS one. */
  readonly #handshakes = new Map<string, Socket>();
  readonly #counts: RefusalCounts = {
    refused: 0,
    notAllowed: 0,
    failedHandshakes: 0,
    closedIdle: 0,
    closedUnfinished: 0,
    protocolErrors: 0,
  };
  readonly #stopping = new AbortController();
  readonly #deps: ConnectionDeps;
  readonly #isAllowed: (address: string) => boolean;
  #server: Server | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #stopTls: (() => void) | undefined;

  constructor(options: TcpOptions) {
    this.#options = options;
    this.#limits = { ...TCP_LIMITS, ...options.limits };
    this.#isAllowed = isAllowedBy(options.allow ?? []);
    this.#deps = {
      ...options,
      limits: this.#limits,
      held: createBudget(this.#limits.maxHeldBytes),
      stopping: this.#stopping.signal,
      onProtocolError: ({ message }, peer) => this.#turnAway({ peer, reason: "protocol_error", detail: message }),
    };
  }

  async open(): Promise<void> {
    const { host, port, onBug } = this.#options;
    const server = await this.#createServer();
    this.#server = server;
    server.listen({ host, port });
    await once(server, "listening");
    server.on("error", onBug);
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
    const address = server.address();
    this.port = typeof address === "object" && address !== null ? address.port : port;
  }

  stats(): TcpStats {
    return {
      ...this.#counts,
      connections: this.#connections.size,
      paused: [...this.#connections].filter((connection) => connection.isPaused()).length,
      heldBytes: this.#heldBytes(),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    this.#stopTls?.();
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // What lies in the network buffers is still read: senders see our end and stop.
    for (const connection of this.#connections) connection.end();
    await Promise.race([closed, pause(CLOSE_GRACE_MS)]);
    this.#stopping.abort();
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const connection of this.#connections) connection.close();
    await closed;
    await Promise.all([...this.#connections].map((connection) => connection.done));
  }

  async #createServer(): Promise<Server> {
    const { tls } = this.#options;
    const start = tls === undefined ? (socket: Socket) => this.#accept(socket) : await this.#createTls(tls);
    return createTcpServer({ allowHalfOpen: true }, (socket) => {
      if (this.#mayConnect(socket)) start(socket);
    });
  }

  /** What begins TLS on a socket. The TLS server has no port: who is turned away must not count as a failed handshake too. */
  async #createTls(tls: TlsSettings): Promise<(socket: Socket) => void> {
    const { options, stamp } = await loadTls(tls, this.#limits.handshakeMs);
    const server = createTlsServer({ ...options, allowHalfOpen: true }, (socket) => this.#acceptTls(socket, tls));
    this.#stopTls = keepTlsFresh(server, { settings: tls, stamp, onBug: this.#options.onBug });
    server.on("tlsClientError", (error, socket) => {
      this.#turnAway({ ...handshakeFailure(error, socket), reason: "handshake_failed" });
      socket.destroy();
    });
    return (socket) => {
      const key = keyOf(socket);
      this.#handshakes.set(key, socket);
      socket.once("close", () => this.#handshakes.delete(key));
      server.emit("connection", socket);
    };
  }

  #mayConnect(socket: Socket): boolean {
    const peer = peerAddress(socket.remoteAddress);
    const isAllowed = this.#isAllowed(peer);
    const hasRoom = this.#connections.size + this.#handshakes.size < this.#limits.maxConnections;
    if (isAllowed && (hasRoom || this.#evict())) return true;
    this.#turnAway({ peer, reason: isAllowed ? "no_place" : "not_allowed" });
    socket.destroy();
    return false;
  }

  #acceptTls(socket: TLSSocket, { clientCa, clientNames }: TlsSettings): void {
    this.#handshakes.delete(keyOf(socket));
    const peerName = clientCa === undefined ? undefined : clientName(socket, clientNames);
    if (clientCa !== undefined && peerName === undefined) {
      const detail = "no name of its certificate is allowed";
      this.#turnAway({ peer: peerAddress(socket.remoteAddress), reason: "not_allowed", detail });
      socket.destroy();
      return;
    }
    this.#accept(socket, peerName);
  }

  #accept(socket: Socket, peerName?: string): void {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const origin: Origin = {
      transport: this.#options.transport,
      peer: peerAddress(socket.remoteAddress),
      ...(peerName !== undefined && { peerName }),
    };
    const connection = new Connection(socket, origin, this.#deps);
    this.#connections.add(connection);
    connection.done.then(() => this.#connections.delete(connection), this.#options.onBug);
  }

  #turnAway(event: TurnedAway): void {
    this.#counts[COUNT_OF[event.reason]] += 1;
    this.#options.onTurnedAway?.(event);
  }

  #evict(): boolean {
    let idlest: Connection | undefined;
    for (const each of this.#connections) if (each.fruitlessMs() > (idlest?.fruitlessMs() ?? -1)) idlest = each;
    if (idlest === undefined || idlest.fruitlessMs() < this.#limits.evictAfterMs) return false;
    this.#counts.closedIdle += 1;
    this.#connections.delete(idlest);
    idlest.close();
    return true;
  }

  #sweep(): void {
    const { held: budget } = this.#deps;
    let held = this.#heldBytes();
    for (const connection of this.#connections) {
      const before = connection.heldBytes();
      connection.sweep(held > this.#limits.maxHeldBytes);
      held -= before - connection.heldBytes();
      const overdue = connection.overdue(2 * budget.usedBytes() > budget.maxBytes);
      if (overdue === undefined) continue;
      this.#counts[overdue === "idle" ? "closedIdle" : "closedUnfinished"] += 1;
      connection.close();
    }
  }

  #heldBytes(): number {
    return [...this.#connections].reduce((sum, connection) => sum + connection.heldBytes(), 0);
  }
}

/** Where a reason is counted. */
export const COUNT_OF = {
  no_place: "refused",
  not_allowed: "notAllowed",
  handshake_failed: "failedHandshakes",
  protocol_error: "protocolErrors",
} as const satisfies Readonly<Record<TurnedAway["reason"], keyof RefusalCounts>>;

const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
