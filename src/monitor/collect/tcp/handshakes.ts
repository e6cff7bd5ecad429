import { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { peerAddress } from "../origin.ts";

/** Who failed, and why as a code of TLS: that of the certificate where one was given, else that of the handshake. */
export function handshakeFailure(error: Error, socket: TLSSocket): { readonly peer: string; readonly detail: string } {
  // Typed as an error; Node has the code of the verification here, and null before one.
  const verification: unknown = socket.authorizationError;
  const isVerified = typeof verification !== "string" || verification === "";
  return { peer: peerAddress(peerOf(socket)), detail: isVerified ? codeOf(error) : verification };
}

const codeOf = (error: Error): string =>
  "code" in error && typeof error.code === "string" ? error.code : "TLS did not come about";

/** A TLS socket that is gone has forgotten its peer; the socket below remembers, as Node 24 keeps it. "" when neither does. */
function peerOf(socket: TLSSocket): string {
  const below: unknown = Reflect.get(socket, "_parent");
  return socket.remoteAddress ?? (below instanceof Socket ? below.remoteAddress : undefined) ?? "";
}
