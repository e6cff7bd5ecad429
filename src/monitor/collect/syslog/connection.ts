import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Intake } from "../intake.ts";
import { type Origin, peerAddress } from "../origin.ts";
import { byHost, isTemporary } from "./deliver.ts";
import { createSyslogFramer } from "./framing.ts";
import type { SyslogTcpLimits } from "./tcp-limits.ts";

export type ConnectionDeps = {
  readonly intake: Intake;
  readonly limits: SyslogTcpLimits;
  /** Aborted when the listener stops: what cannot be stored then is given up and counted. */
  readonly stopping: AbortSignal;
  readonly onBug: (error: unknown) => void;
};

/** One sender. Holds at most one unfinished message and a window of messages that are not yet durable. */
export type Connection = {
  /** The socket is closed and everything read from it was stored or counted. */
  readonly done: Promise<void>;
  heldBytes(): number;
  /** How long the sender has been silent; 0 while it is we who do not read. */
  idleMs(): number;
  isPaused(): boolean;
  /** Takes an unfinished message as it is when it has waited long enough, or at once when memory is short. */
  releaseIfDue(isMemoryShort: boolean): void;
  /** Tells the sender that we want no more, and goes on reading what it has sent. */
  end(): void;
  close(): void;
};

export function openConnection(socket: Socket, deps: ConnectionDeps): Connection {
  const { intake, limits, stopping, onBug } = deps;
  const origin: Origin = { transport: "syslog-tcp", peer: peerAddress(socket.remoteAddress) };
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  let messages: Buffer[] = [];
  let unstoredBytes = 0;
  let deliveries = 0;
  let lastDataAtMs = performance.now();
  let unfinishedSinceMs: number | undefined;
  let isClosed = false;

  const framer = createSyslogFramer({
    maxBytes: limits.maxMessageBytes,
    onMessage: (message) => messages.push(message),
    onCut: () => intake.reject(origin, "cut", 1),
  });

  const store = async (from: Origin, frames: readonly Buffer[]): Promise<void> => {
    for (;;) {
      const reason = await intake.gather(from, frames);
      if (reason === undefined) return;
      if (!isTemporary(reason) || stopping.aborted) return intake.reject(from, reason, frames.length);
      await pause(limits.retryMs, undefined, { signal: stopping }).catch(() => {});
    }
  };
  const settle = (bytes: number): void => {
    unstoredBytes -= bytes;
    deliveries -= 1;
    if (unstoredBytes <= limits.windowBytes && !isClosed && socket.isPaused()) {
      lastDataAtMs = performance.now();
      if (unfinishedSinceMs !== undefined) unfinishedSinceMs = lastDataAtMs;
      socket.resume();
    }
    if (isClosed && deliveries === 0) finish();
  };
  const deliver = (): void => {
    const groups = byHost(origin, messages);
    messages = [];
    for (const { origin: from, frames } of groups) {
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      unstoredBytes += bytes;
      deliveries += 1;
      store(from, frames)
        .catch(onBug)
        .finally(() => settle(bytes));
    }
    if (unstoredBytes > limits.windowBytes) socket.pause();
  };
  const idleMs = (): number => (socket.isPaused() ? 0 : performance.now() - lastDataAtMs);
  const releaseIfDue = (isMemoryShort: boolean): void => {
    if (unfinishedSinceMs === undefined || socket.isPaused()) return;
    const isWhole = framer.endsWithNul() && idleMs() >= limits.nulMs;
    const isOverdue = performance.now() - unfinishedSinceMs >= limits.unfinishedMs;
    if (!isWhole && !isOverdue && !isMemoryShort) return;
    if (framer.release() && !isWhole) intake.reject(origin, "unterminated", 1);
    unfinishedSinceMs = undefined;
    deliver();
  };

  socket.on("data", (chunk: Buffer) => {
    lastDataAtMs = performance.now();
    framer.push(chunk);
    if (messages.length > 0 || framer.heldBytes() === 0) unfinishedSinceMs = undefined;
    if (framer.heldBytes() > 0) unfinishedSinceMs ??= lastDataAtMs;
    deliver();
  });
  // A sender that breaks off is everyday life; what it sent whole is stored.
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
    // The end of the connection ends the last message: no sender needs a line end there.
    framer.release();
    deliver();
    if (deliveries === 0) finish();
  });

  return {
    done,
    heldBytes: () => framer.heldBytes(),
    idleMs,
    isPaused: () => socket.isPaused(),
    releaseIfDue,
    end: () => void socket.end(),
    close: () => void socket.destroy(),
  };
}
