import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Intake } from "../intake.ts";
import { type Origin, peerAddress } from "../origin.ts";
import { isAllowedBy } from "../tcp/networks.ts";
import type { TellTurnedAway } from "../turned-away.ts";
import { createFlowDecoder, type FlowDecoder } from "./decoder.ts";
import type { Refused } from "./flow.ts";

const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
/** Flows that wait for their source or for the disk. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const SWEEP_MS = 10_000;

export type FlowOptions = {
  readonly intake: Intake;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** UTC milliseconds. */
  readonly now?: () => number;
  readonly onBug: (error: unknown) => void;
  readonly decoder?: FlowDecoder;
  /** Addresses and networks that may send; absent or empty = all. UDP proves no address. */
  readonly allow?: readonly string[];
  readonly onTurnedAway?: TellTurnedAway;
};
export type FlowListener = {
  readonly port: number;
  /** Datagrams from addresses that are not allowed: they neither bring flows nor teach templates. */
  notAllowed(): number;
  close(): Promise<void>;
};

const STORE_BYTES = 256 * 1024;

function partsOf(lines: readonly Buffer[]): Buffer[][] {
  const parts: Buffer[][] = [];
  let bytes = STORE_BYTES;
  for (const line of lines) {
    if (bytes + line.length > STORE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(line);
    bytes += line.length + 4;
  }
  return parts;
}

const originOf = (address: string): Origin => ({ transport: "flow-udp", peer: address });

/**
 * Flows over UDP: each flow becomes one line of JSON, because a datagram cannot be read without the templates that came before it.
 * Rejects when the port cannot be had.
 */
export async function listenFlows(options: FlowOptions): Promise<FlowListener> {
  const { intake, host, port, onBug, now = Date.now, decoder = createFlowDecoder() } = options;
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
  const isAllowed = isAllowedBy(options.allow ?? []);
  let notAllowed = 0;
  let waitingBytes = 0;
  const count = (refused: readonly Refused[]): void => {
    for (const { address, reason, events } of refused) intake.reject(originOf(address), reason, events);
  };
  const store = async (origin: Origin, lines: readonly Buffer[]): Promise<void> => {
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    if (waitingBytes + bytes > MAX_WAITING_BYTES) return intake.reject(origin, "over_limit", lines.length);
    waitingBytes += bytes;
    try {
      const reason = await intake.gather(origin, lines);
      if (reason !== undefined) intake.reject(origin, reason, lines.length);
    } finally {
      waitingBytes -= bytes;
    }
  };
  socket.on("message", (message, { address, port: from }) => {
    const peer = peerAddress(address);
    if (!isAllowed(peer)) {
      notAllowed += 1;
      options.onTurnedAway?.({ peer, reason: "not_allowed" });
      return;
    }
    const { flows, refused } = decoder.decode(message, { address: peer, port: from }, now());
    count(refused);
    const lines = flows.map((flow) => Buffer.from(JSON.stringify(flow)));
    // A call to the intake has one fate: it must fit into one record.
    for (const part of partsOf(lines)) store(originOf(peer), part).catch(onBug);
  });
  socket.bind({ address: host, port });
  await once(socket, "listening");
  socket.on("error", onBug);
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // Some systems refuse what is above their limit instead of granting the limit: theirs stays.
  }
  const sweeping = setInterval(() => count(decoder.sweep(now())), SWEEP_MS);
  sweeping.unref();
  return {
    port: socket.address().port,
    notAllowed: () => notAllowed,
    async close() {
      clearInterval(sweeping);
      await new Promise<void>((resolve) => socket.close(resolve));
      count(decoder.sweep(Number.POSITIVE_INFINITY));
      await intake.drain();
    },
  };
}
