import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { AcknowledgedSender, type Protocol } from "./acknowledged.ts";
import { forwardProtocol } from "./forward.ts";
import { type HttpProtocol, HttpSender } from "./http.ts";
import { BULK, HEC, NDJSON } from "./http-protocols.ts";
import { LUMBERJACK } from "./lumberjack.ts";
import { OTLP_JSON, OTLP_PROTOBUF } from "./otlp.ts";
import { RELP } from "./relp.ts";
import type { Patience, Sender } from "./sender.ts";
import { TcpSender } from "./syslog-tcp.ts";

const HASTE: Patience = { answerMs: 150, attempts: 2, firstPauseMs: 1 };
const LINE = { atMs: 0, host: "web01", bytes: Buffer.from('{"message":"x"}') };

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const onTcp =
  (protocol: Protocol) =>
  (port: number): Sender =>
    new AcknowledgedSender({ address: { host: "127.0.0.1", port }, protocol, patience: HASTE });
const onHttp =
  (protocol: HttpProtocol) =>
  (port: number): Sender =>
    new HttpSender(protocol, { url: `http://127.0.0.1:${port}`, token: "t" }, undefined, HASTE);

const SENDERS: readonly (readonly [string, (port: number) => Sender])[] = [
  ["RELP", onTcp(RELP)],
  ["Lumberjack", onTcp(LUMBERJACK)],
  ["Forward", onTcp(forwardProtocol())],
  ["Forward with a key", onTcp(forwardProtocol("key"))],
  ["bulk", onHttp(BULK)],
  ["NDJSON", onHttp(NDJSON)],
  ["HEC", onHttp(HEC)],
  ["OTLP in JSON", onHttp(OTLP_JSON)],
  ["OTLP in protobuf", onHttp(OTLP_PROTOBUF)],
];

async function failureOf(sender: Sender): Promise<unknown> {
  await sender.send(LINE);
  const failure = await sender.close().catch((error: unknown) => error);
  expect(sender.delivered.acknowledged).toBe(0);
  return failure;
}

describe.each(SENDERS)("The %s sender ends with a clear error", (_name, open) => {
  test.each([
    ["where nobody listens", undefined],
    ["of a server that hangs up at once", (socket: Socket) => void socket.destroy()],
    ["of a server that takes everything and says nothing", (socket: Socket) => void socket.resume()],
    ["of a server that reads nothing", (socket: Socket) => void socket.pause()],
  ])("%s", async (_title, onConnection) => {
    const port = onConnection === undefined ? await closedPort() : await serve(onConnection);
    const failure = await failureOf(open(port));
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "unavailable" });
  });

  test.each([
    ["talks of other things", Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")],
    ["says bytes without sense", Buffer.alloc(300, 0xff)],
    ["talks without end", Buffer.alloc(1024 * 1024, "1")],
  ])("of a server that %s", async (_title, bytes) => {
    const port = await serve((socket) => void socket.resume().write(bytes));
    const failure = await failureOf(open(port));
    expect(failure).toBeInstanceOf(AppError);
    expect(["upstream", "unavailable"]).toContain((failure as AppError).code);
  });
});

describe("An HTTP sender", () => {
  const answering = async (status: number, body: string): Promise<number> => {
    const server = createHttpServer((request, response) => {
      request.resume().on("end", () => response.writeHead(status).end(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  test.each([
    ["no JSON", BULK, 200, "<html>", "upstream"],
    ["half of its lines unaccounted for", NDJSON, 200, '{"accepted":0,"rejectedCount":0}', "upstream"],
    ["a HEC code that is no success", HEC, 200, '{"text":"?","code":9}', "upstream"],
    ["an acknowledgement that never comes true", HEC, 200, '{"code":0,"ackId":-1}', "upstream"],
    [
      "more records refused than were sent",
      OTLP_JSON,
      200,
      '{"partialSuccess":{"rejectedLogRecords":"7"}}',
      "upstream",
    ],
    ["damaged protobuf", OTLP_PROTOBUF, 200, "\n\x7f", "upstream"],
    ["a redirection", BULK, 302, "", "upstream"],
    ["a refused token", OTLP_JSON, 401, "", "unauthenticated"],
    ["busy, again and again", HEC, 503, '{"code":9}', "unavailable"],
  ] as const)("that is answered %s says so", async (_title, protocol, status, body, code) => {
    const sender = onHttp(protocol)(await answering(status, body));
    expect(await failureOf(sender)).toMatchObject({ code });
  });
});

describe("A sender that is answered in part", () => {
  it("of RELP counts what was refused, and sends again only what had no answer", async () => {
    const seen: string[] = [];
    let connections = 0;
    const port = await serve((socket) => {
      connections += 1;
      const isFirst = connections === 1;
      socket.on("data", (chunk) => {
        for (const [, number, command, data = ""] of chunk
          .toString()
          .matchAll(/(\d+) (open|syslog|close) \d+ ?(\w*)/g)) {
          if (command === "syslog") seen.push(data);
          if (command === "close") socket.end(`${number} rsp 0\n`);
          else if (isFirst && data === "three") socket.destroy();
          else if (!socket.destroyed) socket.write(`${number} rsp 6 ${data === "two" ? "500 no" : "200 OK"}\n`);
        }
      });
    });
    const sender = onTcp(RELP)(port);
    for (const text of ["one", "two", "three", "four"]) await sender.send({ ...LINE, bytes: Buffer.from(text) });
    await sender.close();
    expect(sender.delivered).toMatchObject({ acknowledged: 3, refused: 1, retried: 2 });
    expect(seen.slice(-2)).toEqual(["three", "four"]);
  });

  it("of Lumberjack waits as long as it is told to, and sends a window again that was cut", async () => {
    let connections = 0;
    const ack = (number: number): Buffer => Buffer.from([0x32, 0x41, 0, 0, 0, number]);
    const port = await serve((socket) => {
      connections += 1;
      const answers = connections === 1 ? [ack(0), ack(1), undefined] : [ack(0), ack(0), ack(2)];
      socket.once("data", () => {
        for (const answer of answers) if (answer) socket.write(answer);
        if (connections === 1) socket.end();
      });
    });
    const sender = onTcp(LUMBERJACK)(port);
    for (let i = 0; i < 3; i += 1) await sender.send(LINE);
    await sender.close();
    expect(sender.delivered).toMatchObject({ acknowledged: 3, refused: 0, retried: 2 });
  });
});

it("Syslog over TCP to a receiver that shuts its window ends with an error", async () => {
  const port = await serve((socket) => void socket.pause());
  const sender = new TcpSender({ host: "127.0.0.1", port }, undefined, HASTE);
  const sending = async (): Promise<void> => {
    for (let i = 0; i < 2_000; i += 1) await sender.send(Buffer.alloc(65_536, "x"));
  };
  await expect(sending()).rejects.toMatchObject({ code: "over_limit" });
  await sender.close();
});
