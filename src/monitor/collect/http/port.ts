import type { Server, Socket } from "node:net";
import { type TLSSocket, Server as TlsServer } from "node:tls";
import { peerAddress } from "../origin.ts";
import { isAllowedBy } from "../tcp/networks.ts";
import { clientName, keepTlsFresh, loadTls, type TlsSettings } from "../tcp/tls.ts";

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
};

export type OpenTls = Awaited<ReturnType<typeof loadTls>> & { readonly settings: TlsSettings };

/** The certificate's files as they are now. Errors: `invalid` when they cannot be used. */
export async function openTls({ tls }: ReceiverPort): Promise<OpenTls | undefined> {
  return tls && { settings: tls, ...(await loadTls(tls, HANDSHAKE_MS)) };
}

type Guard = {
  readonly allow?: readonly string[];
  readonly tls: OpenTls | undefined;
  readonly onBug: (error: unknown) => void;
};

/** Turns away who may not connect, before HTTP is spoken, and takes changed certificates into force. Returns how to stop that. */
export function guardPort(server: Server, { allow = [], tls, onBug }: Guard): () => void {
  server.maxConnections = MAX_CONNECTIONS;
  const isAllowed = isAllowedBy(allow);
  server.prependListener("connection", (socket: Socket) => {
    if (!isAllowed(peerAddress(socket.remoteAddress))) socket.destroy();
  });
  if (tls === undefined || !(server instanceof TlsServer)) return () => undefined;
  const { settings, stamp } = tls;
  if (settings.clientCa !== undefined) {
    server.prependListener("secureConnection", (socket: TLSSocket) => {
      if (clientName(socket, settings.clientNames) === undefined) socket.destroy();
    });
  }
  return keepTlsFresh(server, { settings, stamp, onBug });
}

/** The port that a listening server has. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has an address.");
  return address.port;
}
