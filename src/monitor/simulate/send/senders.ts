import type { UnitKey } from "../company.ts";
import type { SimulatedEvent } from "../event.ts";
import { BulkSender, type BulkStats } from "./bulk.ts";
import { TcpSender, type TcpStats } from "./syslog-tcp.ts";
import { UdpSender, type UdpStats } from "./syslog-udp.ts";

export type Targets = {
  /** The whole address, ending in /_bulk. */
  readonly bulkUrl: string;
  readonly token: string;
  /** A token of its own for some units' Windows logs, so that they land in the right unit. */
  readonly unitTokens?: Readonly<Partial<Record<UnitKey, string>>>;
  readonly syslogHost: string;
  readonly syslogUdpPort: number;
  readonly syslogTcpPort: number;
};

export type SendStats = { readonly udp: UdpStats; readonly tcp: TcpStats; readonly bulk: BulkStats };

/** The company's three ways out. */
export class Senders {
  readonly #udp: UdpSender;
  readonly #tcp: TcpSender;
  readonly #bulk = new Map<string, BulkSender>();
  readonly #targets: Targets;
  readonly #signal: AbortSignal | undefined;

  constructor(targets: Targets, signal?: AbortSignal) {
    this.#targets = targets;
    this.#signal = signal;
    this.#udp = new UdpSender({ host: targets.syslogHost, port: targets.syslogUdpPort });
    this.#tcp = new TcpSender({ host: targets.syslogHost, port: targets.syslogTcpPort }, signal);
  }

  /** `isReplay`: faster than life, so datagrams, which would be dropped unseen, go by TCP instead. */
  async send(event: SimulatedEvent, isReplay: boolean): Promise<void> {
    if (event.transport === "bulk") return this.#bulkFor(event.unit).send(event.bytes);
    if (event.transport === "syslog-udp" && !isReplay) return this.#udp.send(event.bytes);
    return this.#tcp.send(event.bytes);
  }

  async flush(): Promise<void> {
    for (const bulk of this.#bulk.values()) await bulk.flush();
  }

  /** Waits for what is under way. Errors: the first that any way out met. */
  async close(): Promise<void> {
    const outcomes = await Promise.allSettled([
      this.#udp.close(),
      this.#tcp.close(),
      ...[...this.#bulk.values()].map((bulk) => bulk.close()),
    ]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  stats(): SendStats {
    const bulk: BulkStats = { accepted: 0, rejected: 0, requests: 0, retries: 0, bytes: 0 };
    for (const { stats } of this.#bulk.values()) {
      for (const key of ["accepted", "rejected", "requests", "retries", "bytes"] as const) bulk[key] += stats[key];
    }
    return { udp: { ...this.#udp.stats }, tcp: { ...this.#tcp.stats }, bulk };
  }

  #bulkFor(unit: UnitKey): BulkSender {
    const token = this.#targets.unitTokens?.[unit] ?? this.#targets.token;
    const known = this.#bulk.get(token);
    if (known !== undefined) return known;
    const sender = new BulkSender({ url: this.#targets.bulkUrl, token }, this.#signal);
    this.#bulk.set(token, sender);
    return sender;
  }
}
