import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { RejectReason } from "../counters.ts";
import { type Origin, peerAddress } from "../origin.ts";
import { isAllowedBy } from "../tcp/networks.ts";
import type { TellTurnedAway } from "../turned-away.ts";
import { messagesIn } from "./datagram.ts";
import type { SyslogOptions } from "./deliver.ts";
import { syslogHostName } from "./host-name.ts";
import { kernelUdpDrops } from "./udp-drops.ts";

/** What waits in the kernel while the process is busy: about a second of a busy firewall. The system may grant less. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/** Datagrams that wait for their source or for the disk. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

type UdpStats = {
  readonly received: number;
  /** Received but not stored: no room, or the log was away. UDP has no way to tell the sender. */
  readonly dropped: number;
  /** Lost before the process saw them; undefined where the system does not say. */
  readonly droppedByKernel: number | undefined;
  readonly receiveBufferBytes: number;
};

export type SyslogUdp = {
  readonly port: number;
  stats(): Promise<UdpStats>;
  /** Datagrams from addresses that are not allowed: nothing of them is looked at. */
  notAllowed(): number;
  close(): Promise<void>;
};
export type SyslogUdpOptions = SyslogOptions & {
  readonly maxWaitingBytes?: number;
  /** Addresses and networks that may send; absent or empty = all. UDP proves no address. */
  readonly allow?: readonly string[];
  readonly onTurnedAway?: TellTurnedAway;
};

/** Syslog over UDP (RFC 5426): one datagram is one message, byte for byte; plain lines are one each. Rejects when the port cannot be had. */
export async function listenSyslogUdp(options: SyslogUdpOptions): Promise<SyslogUdp> {
  const { intake, host, port, onBug, maxWaitingBytes = MAX_WAITING_BYTES } = options;
  const isAllowed = isAllowedBy(options.allow ?? []);
  let notAllowed = 0;
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
  const counts = { received: 0, dropped: 0 };
  let waitingBytes = 0;
  const store = async (
    origin: Origin,
    messages: readonly Buffer[],
    bytes: number,
  ): Promise<RejectReason | undefined> => {
    if (waitingBytes + bytes > maxWaitingBytes) return "over_limit";
    waitingBytes += bytes;
    try {
      return await intake.gather(origin, messages);
    } finally {
      waitingBytes -= bytes;
    }
  };
  const deliver = async (origin: Origin, datagram: Buffer): Promise<void> => {
    const messages = messagesIn(datagram);
    const reason = await store(origin, messages, datagram.length);
    if (reason === undefined) return;
    counts.dropped += 1;
    intake.reject(origin, reason, messages.length);
  };
  socket.on("message", (message, { address }) => {
    if (message.length === 0) return;
    const peer = peerAddress(address);
    if (!isAllowed(peer)) {
      notAllowed += 1;
      options.onTurnedAway?.({ peer, reason: "not_allowed" });
      return;
    }
    counts.received += 1;
    const hostName = syslogHostName(message);
    const origin = { transport: "syslog-udp", peer, ...(hostName && { hostName }) } as const;
    deliver(origin, message).catch(onBug);
  });
  socket.bind({ address: host, port });
  await once(socket, "listening");
  socket.on("error", onBug);
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // Some systems refuse what is above their limit instead of granting the limit: theirs stays.
  }
  const bound = socket.address().port;
  return {
    port: bound,
    stats: async () => ({
      ...counts,
      droppedByKernel: await kernelUdpDrops(bound),
      receiveBufferBytes: socket.getRecvBufferSize(),
    }),
    notAllowed: () => notAllowed,
    async close() {
      await new Promise<void>((resolve) => socket.close(resolve));
      await intake.drain();
    },
  };
}
