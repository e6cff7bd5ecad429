import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { STAGES } from "../event.ts";
import { simulate } from "../simulate.ts";
import { HttpSender } from "./http.ts";
import { BULK } from "./http-protocols.ts";
import { TcpSender } from "./syslog-tcp.ts";
import { UdpSender } from "./syslog-udp.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

async function udpReceiver() {
  const messages: string[] = [];
  const socket = createSocket("udp4").on("message", (message) => messages.push(message.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closers.push(async () => void socket.close());
  return { messages, port: socket.address().port };
}

/** Reads octet-counted frames; may hang up after some, as a restarting receiver does. */
async function tcpReceiver(hangUpAfter = Number.POSITIVE_INFINITY) {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  let hangUps = 0;
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket
      .on("error", () => socket.destroy())
      .on("data", (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        for (;;) {
          const space = rest.indexOf(32);
          const length = Number(rest.subarray(0, Math.max(0, space)).toString());
          if (space < 1 || rest.length < space + 1 + length) return;
          messages.push(rest.subarray(space + 1, space + 1 + length).toString());
          rest = rest.subarray(space + 1 + length);
          if (messages.length >= hangUpAfter && hangUps === 0) {
            hangUps += 1;
            socket.destroy();
          }
        }
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { messages, port: portOf(server) };
}

type Answer = (
  documents: string[],
  request: IncomingMessage,
) => { status: number; headers?: Record<string, string>; items?: number[] };

async function bulkReceiver(answer: Answer = (documents) => ({ status: 200, items: documents.map(() => 201) })) {
  const accepted: string[] = [];
  let [open, mostOpen] = [0, 0];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    const lines = gunzipSync(await buffer(request))
      .toString()
      .trimEnd()
      .split("\n");
    const documents = lines.filter((_, index) => index % 2 === 1);
    expect(lines.filter((_, index) => index % 2 === 0)).toEqual(documents.map(() => '{"create":{}}'));
    const { status, headers = {}, items = [] } = answer(documents, request);
    accepted.push(...documents.filter((_, index) => (items[index] ?? 500) < 300));
    open -= 1;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(
      JSON.stringify({ took: 1, errors: false, items: items.map((code) => ({ create: { status: code } })) }),
    );
  };
  const server = createHttpServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { accepted, url: `http://127.0.0.1:${portOf(server)}/_bulk`, mostOpen: () => mostOpen };
}

const lineOf = (text: string) => ({ atMs: 0, host: "pc01", bytes: Buffer.from(text) });
const documents = (count: number) => Array.from({ length: count }, (_, i) => lineOf(JSON.stringify({ n: i })));

describe("The syslog senders", () => {
  it("put one message in a datagram, and count what is too large for one", async () => {
    const { messages, port } = await udpReceiver();
    const sender = new UdpSender({ host: "127.0.0.1", port });
    await sender.send(Buffer.from("<13>Nov 23 00:00:00 hq-fw01 first"));
    await sender.send(Buffer.alloc(70_000));
    await sender.send(Buffer.from("<13>Nov 23 00:00:00 hq-fw01 日本語"));
    await sender.close();
    await expect.poll(() => messages.length).toBe(2);
    expect(messages[1]).toContain("日本語");
    expect(sender.stats).toMatchObject({ sent: 2, failed: 1 });
  });

  it("count octets on TCP, and connect again when the receiver hangs up", async () => {
    const { messages, port } = await tcpReceiver(20);
    const sender = new TcpSender({ host: "127.0.0.1", port });
    for (let i = 0; i < 200; i += 1) {
      await sender.send(Buffer.from(`message ${i} 日本語`));
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await sender.close();
    await expect.poll(() => messages.at(-1)).toBe("message 199 日本語");
    expect(sender.stats.sent).toBe(200);
    expect(sender.stats.connections).toBe(2);
  });

  it("give up with a clear error when nobody listens", async () => {
    const stop = new AbortController();
    const sender = new TcpSender({ host: "127.0.0.1", port: 9 }, stop.signal);
    const sending = sender.send(Buffer.from("x"));
    stop.abort(new Error("stopped"));
    await expect(sending).rejects.toThrow();
  });
});

describe("The bulk sender", () => {
  it("sends everything, compressed, with its token, in a bounded window", async () => {
    let token: string | undefined;
    const receiver = await bulkReceiver((sent, request) => {
      token = request.headers.authorization;
      return { status: 200, items: sent.map(() => 201) };
    });
    const sender = new HttpSender(BULK, { url: receiver.url, token: "secret" });
    const sent = documents(5000);
    for (const document of sent) await sender.send(document);
    await sender.close();
    expect(receiver.accepted.map((text) => JSON.parse(text).n).sort((a, b) => a - b)).toEqual(sent.map((_, i) => i));
    expect(token).toBe("Bearer secret");
    expect(receiver.mostOpen()).toBeLessThanOrEqual(4);
    expect(sender.stats).toMatchObject({ accepted: 5000, rejected: 0, requests: 10, retries: 0 });
  });

  it.each([429, 503])("waits and sends again after %d", async (status) => {
    let refusals = 2;
    const receiver = await bulkReceiver((sent) =>
      refusals-- > 0 ? { status, headers: { "retry-after": "0" } } : { status: 200, items: sent.map(() => 201) },
    );
    const sender = new HttpSender(BULK, { url: receiver.url, token: "t" });
    for (const document of documents(10)) await sender.send(document);
    await sender.close();
    expect(receiver.accepted).toHaveLength(10);
    expect(sender.stats).toMatchObject({ accepted: 10, retries: 2 });
  });

  it("sends again only the documents that were refused for now, and counts those refused for ever", async () => {
    let round = 0;
    const receiver = await bulkReceiver((sent) => {
      round += 1;
      const items = sent.map((_, index) => (round === 1 ? ([201, 429, 400][index % 3] ?? 201) : 201));
      return { status: 200, items };
    });
    const sender = new HttpSender(BULK, { url: receiver.url, token: "t" });
    for (const document of documents(9)) await sender.send(document);
    await sender.close();
    expect(receiver.accepted.map((text) => JSON.parse(text).n)).toEqual([0, 3, 6, 1, 4, 7]);
    expect(sender.stats).toMatchObject({ accepted: 6, rejected: 3, retries: 1 });
  });

  it("stops at once when its token is refused", async () => {
    const receiver = await bulkReceiver(() => ({ status: 401 }));
    const sender = new HttpSender(BULK, { url: receiver.url, token: "wrong" });
    await sender.send(lineOf("{}"));
    const failure = await sender.close().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "unauthenticated" });
  });
});

describe("A simulation", () => {
  it("replays history without losing a line, then goes on live, and reports what it sent", async () => {
    const [udp, tcp, bulk] = [await udpReceiver(), await tcpReceiver(), await bulkReceiver()];
    const phases = new Set<string>();
    const report = await simulate({
      seed: "test",
      rate: 200,
      historyHours: 1,
      historyRate: 1,
      durationSeconds: 1.5,
      onProgress: ({ phase }) => phases.add(phase),
      targets: {
        bulkUrl: bulk.url,
        token: "t",
        syslogHost: "127.0.0.1",
        syslogUdpPort: udp.port,
        syslogTcpPort: tcp.port,
      },
    });
    await expect.poll(() => tcp.messages.length).toBe(report.tcp.sent);
    expect(bulk.accepted).toHaveLength(report.bulk.accepted);
    expect(report.udp.sent + report.tcp.sent + report.bulk.accepted).toBe(report.events);
    expect(report.historyEvents).toBeGreaterThan(1000);
    expect(report.liveEvents).toBeGreaterThan(200);
    expect(udp.messages.length).toBeGreaterThan(0);
    expect(report.stages).toEqual(STAGES);
    expect([...phases]).toEqual(["history", "live"]);
    expect(report.wasStopped).toBe(false);
  });

  it("of named formats sends each of them, all by the protocol that was asked for", async () => {
    const [udp, tcp, bulk] = [await udpReceiver(), await tcpReceiver(), await bulkReceiver()];
    const report = await simulate({
      seed: "test",
      rate: 200,
      durationSeconds: 1,
      formats: ["panos", "cloudtrail"],
      protocol: "bulk",
      targets: {
        bulkUrl: bulk.url,
        token: "t",
        syslogHost: "127.0.0.1",
        syslogUdpPort: udp.port,
        syslogTcpPort: tcp.port,
      },
    });
    expect(report.liveEvents).toBe(200);
    expect(bulk.accepted.filter((document) => document.includes(",TRAFFIC,"))).toHaveLength(100);
    expect(bulk.accepted.filter((document) => document.includes('"eventVersion"'))).toHaveLength(100);
    expect([udp.messages, tcp.messages]).toEqual([[], []]);
  });

  it("stops when told to, and still reports", async () => {
    const [udp, tcp, bulk] = [await udpReceiver(), await tcpReceiver(), await bulkReceiver()];
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 400);
    const report = await simulate({
      seed: "test",
      rate: 50,
      signal: stop.signal,
      targets: {
        bulkUrl: bulk.url,
        token: "t",
        syslogHost: "127.0.0.1",
        syslogUdpPort: udp.port,
        syslogTcpPort: tcp.port,
      },
    });
    expect(report.wasStopped).toBe(true);
    expect(report.events).toBeGreaterThan(0);
  });
});
