import type { Intake } from "../intake.ts";
import type { Channel, Conversation, Protocol } from "../tcp/connection.ts";
import type { TcpLimits } from "../tcp/limits.ts";
import { byHost } from "./deliver.ts";
import { createSyslogFramer } from "./framing.ts";

export type SyslogLimits = TcpLimits & {
  readonly maxMessageBytes: number;
  /** A message that ends with NUL is whole when nothing has followed for this long. */
  readonly nulMs: number;
};

/** RFC 6587 over TCP, RFC 5425 over TLS: the same messages in either framing, without any answer. */
export const syslogProtocol = (intake: Intake, limits: SyslogLimits): Protocol => ({
  hasGreeting: false,
  hasAnswers: false,
  open: (channel) => new SyslogConversation(channel, intake, limits),
});

class SyslogConversation implements Conversation {
  readonly #channel: Channel;
  readonly #intake: Intake;
  readonly #limits: SyslogLimits;
  readonly #framer;
  #messages: Buffer[] = [];
  #unfinishedSinceMs: number | undefined;

  constructor(channel: Channel, intake: Intake, limits: SyslogLimits) {
    this.#channel = channel;
    this.#intake = intake;
    this.#limits = limits;
    this.#framer = createSyslogFramer({
      maxBytes: limits.maxMessageBytes,
      onMessage: (message) => this.#messages.push(message),
      onCut: () => intake.reject(channel.origin, "cut", 1),
    });
  }

  heldBytes(): number {
    return this.#framer.heldBytes();
  }

  async run(): Promise<void> {
    const { reader } = this.#channel;
    for (;;) {
      // While we do not read, the sender cannot end its message.
      await this.#channel.room();
      if (this.#unfinishedSinceMs !== undefined) this.#unfinishedSinceMs = performance.now();
      const chunk = await reader.some();
      if (chunk === undefined) break;
      this.#framer.push(chunk);
      if (this.#messages.length > 0 || this.#framer.heldBytes() === 0) this.#unfinishedSinceMs = undefined;
      if (this.#framer.heldBytes() > 0) this.#unfinishedSinceMs ??= performance.now();
      this.#deliver();
    }
    // The end of the connection ends the last message: no sender needs a line end there.
    this.#framer.release();
    this.#deliver();
  }

  /** Takes an unfinished message as it is when it has waited long enough, or at once when memory is short. */
  sweep(isMemoryShort: boolean, idleMs: number): void {
    if (this.#unfinishedSinceMs === undefined || idleMs === 0) return;
    const isWhole = this.#framer.endsWithNul() && idleMs >= this.#limits.nulMs;
    const isOverdue = performance.now() - this.#unfinishedSinceMs >= this.#limits.unfinishedMs;
    if (!isWhole && !isOverdue && !isMemoryShort) return;
    if (this.#framer.release() && !isWhole) this.#intake.reject(this.#channel.origin, "unterminated", 1);
    this.#unfinishedSinceMs = undefined;
    this.#deliver();
  }

  #deliver(): void {
    const messages = this.#messages;
    this.#messages = [];
    for (const { origin, frames } of byHost(this.#channel.origin, messages)) void this.#channel.store(origin, frames);
  }
}
