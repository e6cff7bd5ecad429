import type { Intake } from "../intake.ts";
import { byHost } from "../syslog/deliver.ts";
import type { Channel, Conversation, Protocol } from "../tcp/connection.ts";
import { TCP_LIMITS, type TcpLimits } from "../tcp/limits.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";
import { listenTcp, type TcpListener, type TcpOptions } from "../tcp/server.ts";
import { type RelpFrame, readRelpFrame, relpFrame } from "./frame.ts";

const MAX_MESSAGE_BYTES = 256 * 1024;
const OFFERS = "200 OK\nrelp_version=0\nrelp_software=yagura\ncommands=syslog";
const OK = "200 OK";
const REFUSED = "500 This sender's events are not taken.";

type RelpOptions = Omit<TcpOptions, "protocol" | "transport">;

/** RELP, rsyslog's reliable protocol, over TCP or TLS: a message is answered when it is durable. */
export function listenRelp(options: RelpOptions): Promise<TcpListener> {
  const limits: TcpLimits = { ...TCP_LIMITS, ...options.limits };
  return listenTcp({ ...options, transport: "relp", limits, protocol: relpProtocol(options.intake) });
}

const relpProtocol = (intake: Intake): Protocol => ({
  hasGreeting: true,
  hasAnswers: true,
  open: (channel) => new RelpConversation(channel, intake),
});

/** A transaction that waits for its answer. */
type Waiting = { readonly txnr: number; answer?: string };

class RelpConversation implements Conversation {
  readonly #channel: Channel;
  readonly #intake: Intake;
  /** In the order in which they came, which is the order of the answers. */
  readonly #waiting: Waiting[] = [];
  readonly #inFlight = new Set<number>();
  #isOpen = false;

  constructor(channel: Channel, intake: Intake) {
    this.#channel = channel;
    this.#intake = intake;
  }

  async run(): Promise<void> {
    const { reader } = this.#channel;
    while (!(await reader.isAtEnd())) {
      const frame = await readRelpFrame(reader, MAX_MESSAGE_BYTES);
      // 0 is for hints, which need no answer; two open transactions of one number could not be told apart.
      if (frame.txnr === 0) continue;
      if (this.#inFlight.has(frame.txnr)) throw new ProtocolError("A RELP transaction number is used twice.");
      if (frame.command === "close") return await this.#close(frame);
      this.#obey(frame);
      await this.#channel.room();
    }
  }

  farewell(): void {
    this.#channel.send(relpFrame(0, "serverclose"));
  }

  #obey(frame: RelpFrame): void {
    if (frame.command === "open") this.#open(frame);
    else if (!this.#isOpen) throw new ProtocolError(`RELP ${frame.command} came before open.`);
    else if (frame.command === "syslog") void this.#syslog(frame);
    else this.#answer(this.#expect(frame), "500 This command is not known.");
  }

  #open(frame: RelpFrame): void {
    const offers = frame.data.toString("latin1").split("\n");
    const commands = offers.find((line) => line.startsWith("commands="))?.slice("commands=".length);
    const speaksSyslog = commands?.split(",").some((command) => command.trim() === "syslog") ?? true;
    if (!speaksSyslog) throw new ProtocolError("The RELP sender does not offer syslog.");
    this.#isOpen = true;
    this.#channel.greeted();
    this.#answer(this.#expect(frame), OFFERS);
  }

  async #syslog(frame: RelpFrame): Promise<void> {
    const waiting = this.#expect(frame);
    const { origin } = this.#channel;
    if (frame.isCut) this.#intake.reject(origin, "cut", 1);
    if (frame.data.length === 0) return this.#answer(waiting, OK);
    const [group] = byHost(origin, [frame.data]);
    const reason = await this.#channel.store(group?.origin ?? origin, [frame.data]);
    if (reason === undefined) this.#answer(waiting, OK);
    else if (reason !== "over_limit" && reason !== "unavailable") this.#answer(waiting, REFUSED);
  }

  /** What was sent before is answered first. */
  async #close({ txnr }: RelpFrame): Promise<void> {
    await this.#channel.settled();
    this.#channel.send(relpFrame(txnr, "rsp"));
    this.farewell();
  }

  #expect({ txnr }: RelpFrame): Waiting {
    const waiting = { txnr };
    this.#waiting.push(waiting);
    this.#inFlight.add(txnr);
    return waiting;
  }

  #answer(waiting: Waiting, answer: string): void {
    waiting.answer = answer;
    for (let next = this.#waiting[0]; next?.answer !== undefined; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#inFlight.delete(next.txnr);
      this.#channel.send(relpFrame(next.txnr, "rsp", next.answer));
    }
  }
}
