import { AppError } from "../../../kernel/errors.ts";
import type { UnitKey } from "../company.ts";
import { isFlowTransport, type SimulatedEvent, type Transport } from "../event.ts";
import { AcknowledgedSender, type Protocol } from "./acknowledged.ts";
import { FlowSender } from "./flow.ts";
import { forwardProtocol } from "./forward.ts";
import { type HttpProtocol, HttpSender, type HttpStats } from "./http.ts";
import { BULK, HEC, NDJSON } from "./http-protocols.ts";
import { LUMBERJACK } from "./lumberjack.ts";
import { OTLP_JSON, OTLP_PROTOBUF } from "./otlp.ts";
import { RELP } from "./relp.ts";
import type { Delivered, Patience, Sender } from "./sender.ts";
import { TcpSender, type TcpStats } from "./syslog-tcp.ts";
import { TlsSender } from "./syslog-tls.ts";
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
  /** Where the protocols are reached by which single devices can be asked to send; the port is on `syslogHost`. */
  readonly others?: OtherTargets;
};

export type OtherTargets = {
  readonly urls: Readonly<Record<"ndjson" | "hec" | "otlp", string>>;
  readonly ports: Readonly<Record<"syslogTls" | "relp" | "forward" | "lumberjack" | "flows", number>>;
  /** PEM text of the authority that has signed the certificate for syslog over TLS. */
  readonly ca?: string;
  /** Forward's shared key. */
  readonly sharedKey?: string;
};

export type SendStats = {
  readonly udp: UdpStats;
  readonly tcp: TcpStats;
  readonly bulk: HttpStats;
  /** By protocol, those that were used. */
  readonly others: Readonly<Partial<Record<Transport, Delivered>>>;
};

type Other = Exclude<Transport, "syslog-udp" | "syslog-tcp" | "bulk">;

/** The company's three ways out, and those by which single devices can be asked to send. */
export class Senders {
  readonly #udp: UdpSender;
  readonly #tcp: TcpSender;
  readonly #bulk = new Map<string, HttpSender>();
  readonly #others = new Map<Other, Sender>();
  readonly #targets: Targets;
  readonly #signal: AbortSignal | undefined;
  readonly #patience: Patience | undefined;

  constructor(targets: Targets, signal?: AbortSignal, patience?: Patience) {
    this.#targets = targets;
    this.#signal = signal;
    this.#patience = patience;
    this.#udp = new UdpSender({ host: targets.syslogHost, port: targets.syslogUdpPort });
    this.#tcp = new TcpSender({ host: targets.syslogHost, port: targets.syslogTcpPort }, signal, patience);
  }

  /** `isReplay`: faster than life, so datagrams, which would be dropped unseen, go by TCP instead. */
  async send(event: SimulatedEvent, isReplay: boolean): Promise<void> {
    const line = { atMs: event.atMs, host: event.source, bytes: event.bytes };
    switch (event.transport) {
      case "bulk":
        return this.#bulkFor(event.unit).send(line);
      case "syslog-udp":
        return isReplay ? this.#tcp.send(event.bytes) : this.#udp.send(event.bytes);
      case "syslog-tcp":
        return this.#tcp.send(event.bytes);
      default:
        return this.#otherFor(event.transport).send(line);
    }
  }

  async flush(): Promise<void> {
    for (const sender of [...this.#bulk.values(), ...this.#others.values()]) await sender.flush();
  }

  /** Waits for what is under way. Errors: the first that any way out met. */
  async close(): Promise<void> {
    const ways = [this.#udp, this.#tcp, ...this.#bulk.values(), ...this.#others.values()];
    const outcomes = await Promise.allSettled(ways.map((way) => way.close()));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  stats(): SendStats {
    const bulk: HttpStats = { accepted: 0, rejected: 0, requests: 0, retries: 0, bytes: 0 };
    for (const { stats } of this.#bulk.values()) {
      for (const key of ["accepted", "rejected", "requests", "retries", "bytes"] as const) bulk[key] += stats[key];
    }
    const others: Partial<Record<Transport, Delivered>> = {};
    for (const [name, { delivered }] of this.#others) others[name] = { ...delivered };
    return { udp: { ...this.#udp.stats }, tcp: { ...this.#tcp.stats }, bulk, others };
  }

  #bulkFor(unit: UnitKey): HttpSender {
    const token = this.#targets.unitTokens?.[unit] ?? this.#targets.token;
    const known = this.#bulk.get(token);
    if (known !== undefined) return known;
    const sender = new HttpSender(BULK, { url: this.#targets.bulkUrl, token }, this.#signal, this.#patience);
    this.#bulk.set(token, sender);
    return sender;
  }

  #otherFor(transport: Other): Sender {
    const known = this.#others.get(transport);
    if (known !== undefined) return known;
    const sender = this.#open(transport);
    this.#others.set(transport, sender);
    return sender;
  }

  #open(transport: Other): Sender {
    const { others, syslogHost: host } = this.#targets;
    if (others === undefined) throw new AppError("invalid", `It is not said where ${transport} goes.`);
    const { urls, ports, ca, sharedKey } = others;
    if (isFlowTransport(transport)) return new FlowSender(transport, { host, port: ports.flows });
    switch (transport) {
      case "ndjson":
        return this.#http(NDJSON, urls.ndjson);
      case "hec":
        return this.#http(HEC, urls.hec);
      case "otlp-json":
        return this.#http(OTLP_JSON, urls.otlp);
      case "otlp-protobuf":
        return this.#http(OTLP_PROTOBUF, urls.otlp);
      case "relp":
        return this.#acknowledged(RELP, ports.relp);
      case "forward":
        return this.#acknowledged(forwardProtocol(sharedKey), ports.forward);
      case "lumberjack":
        return this.#acknowledged(LUMBERJACK, ports.lumberjack);
      case "syslog-tls": {
        const address = { host, port: ports.syslogTls, tls: ca === undefined ? {} : { ca } };
        return new TlsSender(new TcpSender(address, this.#signal, this.#patience));
      }
    }
  }

  #http(protocol: HttpProtocol, url: string): Sender {
    return new HttpSender(protocol, { url, token: this.#targets.token }, this.#signal, this.#patience);
  }

  #acknowledged(protocol: Protocol, port: number): Sender {
    const address = { host: this.#targets.syslogHost, port };
    const patience = this.#patience && { patience: this.#patience };
    return new AcknowledgedSender({ address, protocol, signal: this.#signal, ...patience });
  }
}
