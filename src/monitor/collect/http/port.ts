import type { Server, Socket } from "node:net";
import { TLSSocket, Server as TlsServer } from "node:tls";
import { peerAddress } from "../origin.ts";
import { handshakeFailure } from "../tcp/handshakes.ts";
import { isAllowedBy } from "../tcp/networks.ts";
import { COUNT_OF, type TcpStats } from "../tcp/server.ts";
import { clientName, keepTlsFresh, loadTls, type TlsSettings } from "../tcp/tls.ts";
import type { TellTurnedAway, TurnedAway } from "../turned-away.ts";

const MAX_CONNECTIONS = 1_000;
const HANDSHAKE_MS = 10_000;

/** Settings of a port of its own, as the TCP listeners have them. */
export type ReceiverPort = {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Addresses and networks that may connect; absent or empty = all. */
  readonly allow?: readonly string[];
  readonly tls?: TlsSettings | undefined;
  /** Told of every sender that is turned away or breaks its protocol. */
  readonly onTurnedAway?: TellTurnedAway;
};

export type OpenTls = Awaited<ReturnType<typeof loadTls>> & { readonly settings: TlsSettings };

/** The certificate's files as they are now. Errors: `invalid` when they cannot be used. */
export async function openTls({ tls }: ReceiverPort): Promise<OpenTls | undefined> {
  return tls && { settings: tls, ...(await loadTls(tls, HANDSHAKE_MS)) };
}

type Guard = Pick<ReceiverPort, "allow" | "onTurnedAway"> & {
  readonly tls: OpenTls | undefined;
  readonly onBug: (error: unknown) => void;
};

/** As a TCP listener counts them. */
export type PortStats = Pick<
  TcpStats,
  "connections" | "refused" | "notAllowed" | "failedHandshakes" | "closedUnfinished" | "protocolErrors"
>;
export type PortGuard = {
  stats(): PortStats;
  /** Counts an error of a connection; what is everyday life, such as a sender that breaks off, is not counted. */
  failed(error: Error, peer: string): void;
  /** Stops looking after changed certificates. */
  release(): void;
};

/** Turns away who may not connect, before HTTP is spoken, counts that, and takes changed certificates into force. */
export function guardPort(server: Server, { allow = [], tls, onBug, onTurnedAway }: Guard): PortGuard {
  server.maxConnections = MAX_CONNECTIONS;
  const isAllowed = isAllowedBy(allow);
  const open = new Set<Socket>();
  const counts = { refused: 0, notAllowed: 0, failedHandshakes: 0, closedUnfinished: 0, protocolErrors: 0 };
  const turnAway = (event: TurnedAway): void => {
    counts[COUNT_OF[event.reason]] += 1;
    onTurnedAway?.(event);
  };
  const failed = (error: Error, peer: string): void => {
    const code = "code" in error ? String(error.code) : "";
    if (code === "ERR_HTTP_REQUEST_TIMEOUT") counts.closedUnfinished += 1;
    else if (/^(HPE|ERR_HTTP2)_/.test(code)) turnAway({ peer, reason: "protocol_error", detail: code });
  };
  server.on("drop", (from) => turnAway({ peer: peerAddress(from?.remoteAddress), reason: "no_place" }));
  server.on("clientError", (error: Error, socket: Socket) => failed(error, peerAddress(socket.remoteAddress)));
  server.on("tlsClientError", (error: Error, socket: TLSSocket) =>
    turnAway({ ...handshakeFailure(error, socket), reason: "handshake_failed" }),
  );
  admit(server, "connection", (socket: Socket) => {
    const peer = peerAddress(socket.remoteAddress);
    if (isAllowed(peer)) return true;
    turnAway({ peer, reason: "not_allowed" });
    return false;
  });
  admit(server, tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
    if (!isNamed(socket, tls)) {
      const detail = "no name of its certificate is allowed";
      turnAway({ peer: peerAddress(socket.remoteAddress), reason: "not_allowed", detail });
      return false;
    }
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    return true;
  });
  const release =
    tls !== undefined && server instanceof TlsServer ? keepTlsFresh(server, { ...tls, onBug }) : () => undefined;
  return { stats: () => ({ ...counts, connections: open.size }), failed, release };
}

const isNamed = (socket: Socket, tls: OpenTls | undefined): boolean =>
  tls?.settings.clientCa === undefined ||
  (socket instanceof TLSSocket && clientName(socket, tls.settings.clientNames) !== undefined);

/** Hides who may not pass from the server's own listeners: none of them must count or answer what is gone. */
function admit(server: Server, event: string, mayPass: (socket: Socket) => boolean): void {
  const own = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => {
    if (!mayPass(socket)) return void socket.destroy();
    for (const listener of own) Reflect.apply(listener, server, [socket]);
  });
}

/** The port that a listening server has. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has an address.");
  return address.port;
}
