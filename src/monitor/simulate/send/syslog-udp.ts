import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

const MAX_DATAGRAM_BYTES = 65_507;
const MAX_IN_FLIGHT = 128;

export type UdpStats = { sent: number; failed: number; bytes: number };

/** One message a datagram (RFC 5426). Nobody says whether it arrived. */
export class UdpSender {
  readonly stats: UdpStats = { sent: 0, failed: 0, bytes: 0 };
  readonly #socket: Socket;
  readonly #to: { readonly host: string; readonly port: number };
  readonly #inFlight = new Set<Promise<void>>();

  constructor(to: { host: string; port: number }) {
    this.#to = to;
    this.#socket = createSocket(isIPv6(to.host) ? "udp6" : "udp4");
    // An ICMP refusal surfaces here; the failed send is counted where it was made.
    this.#socket.on("error", () => undefined);
  }

  /** `onSent` hears that the system took it. */
  async send(message: Buffer, onSent?: () => void): Promise<void> {
    if (message.length > MAX_DATAGRAM_BYTES) {
      this.stats.failed += 1;
      return;
    }
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    const sending = new Promise<void>((resolve) => {
      this.#socket.send(message, this.#to.port, this.#to.host, (error) => {
        if (error === null) {
          this.stats.sent += 1;
          this.stats.bytes += message.length;
          onSent?.();
        } else {
          this.stats.failed += 1;
        }
        resolve();
      });
    }).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  async close(): Promise<void> {
    await Promise.all(this.#inFlight);
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
