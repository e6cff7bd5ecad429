import type { Delivered, Line, Sender } from "./sender.ts";
import type { TcpSender } from "./syslog-tcp.ts";

/** Syslog over TLS (RFC 5425) among the other ways out: it is the TCP sender over another kind of connection. */
export class TlsSender implements Sender {
  readonly #tcp: TcpSender;

  constructor(tcp: TcpSender) {
    this.#tcp = tcp;
  }

  get delivered(): Delivered {
    const { sent, bytes } = this.#tcp.stats;
    return { sent, acknowledged: 0, refused: 0, retried: 0, bytes };
  }

  send(line: Line): Promise<void> {
    return this.#tcp.send(line.bytes);
  }

  async flush(): Promise<void> {}

  close(): Promise<void> {
    return this.#tcp.close();
  }
}
