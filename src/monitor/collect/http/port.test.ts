import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { hecRoutes } from "../hec/routes.ts";
import { listenOtlpGrpc } from "../otlp/grpc.ts";
import type { TlsSettings } from "../tcp/tls.ts";
import { openTestIntake, storedRecords, TEST_TOKEN } from "../testing/fixtures.ts";
import { receiverDeps } from "../testing/http.ts";
import { createCertificates, issue, removeCertificates, type TestCertificates } from "../testing/tcp.ts";
import type { TurnedAway } from "../turned-away.ts";
import type { ReceiverPort } from "./port.ts";
import { type HttpReceiver, listenHttp } from "./server.ts";

let files: TestCertificates;
beforeAll(() => {
  files = createCertificates();
});
afterAll(() => removeCertificates(files));

const read = (name: string): Buffer => readFileSync(files.at(name));
const settings = (more: Partial<TlsSettings> = {}): TlsSettings => ({
  certificate: files.at("server.pem"),
  key: files.at("server.key"),
  clientNames: [],
  ...more,
});
const mutual = (...clientNames: string[]): TlsSettings => settings({ clientCa: files.at("ca.pem"), clientNames });
const withCertificate = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });

type Client = { readonly cert?: Buffer; readonly key?: Buffer; readonly maxVersion?: "TLSv1.2" | "TLSv1.1" };
type Opened = Pick<HttpReceiver, "port" | "stats"> & { readonly send: (client?: Client) => Promise<unknown> };

async function openHec(options: Partial<ReceiverPort>): Promise<Opened & { stored(): Promise<unknown[]> }> {
  const { intake, wal } = await openTestIntake();
  const deps = receiverDeps(intake);
  const routes = hecRoutes(deps, { allowsQueryToken: false });
  const place = { host: "127.0.0.1", port: 0, ...options };
  const server = await listenHttp({ ...place, onBug: deps.onBug, routes, prefix: "/services/collector" });
  onTestFinished(() => server.close());
  const send = (client: Client = {}): Promise<unknown> =>
    new Promise((resolve) => {
      const headers = { authorization: `Splunk ${TEST_TOKEN}` };
      const at = { port: server.port, path: "/services/collector", method: "POST", headers, agent: false } as const;
      const request = httpsRequest({ ...at, ca: read("ca.pem"), servername: "localhost", ...client });
      request.on("response", (response) => resolve(response.resume().statusCode));
      request.on("error", () => resolve("no connection"));
      request.end('{"event":"x"}');
    });
  return { ...server, send, stored: async () => (await storedRecords(wal)).flatMap(({ frames }) => frames) };
}

async function openGrpc(options: Partial<ReceiverPort>): Promise<Opened & { bugs: readonly unknown[] }> {
  const { intake } = await openTestIntake();
  const deps = receiverDeps(intake);
  const server = await listenOtlpGrpc(deps, { host: "127.0.0.1", port: 0, ...options });
  onTestFinished(() => server.close());
  const send = (client: Client = {}): Promise<unknown> =>
    new Promise((resolve) => {
      const tls = { ca: read("ca.pem"), servername: "localhost", ...client };
      const session = connectHttp2(`https://127.0.0.1:${server.port}`, tls);
      const end = (outcome: unknown): void => {
        session.destroy();
        resolve(outcome);
      };
      session.on("error", () => end("no connection"));
      session.on("close", () => end("no connection"));
      const call = session.request({
        ":method": "POST",
        ":path": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "content-type": "application/grpc",
        authorization: `Bearer ${TEST_TOKEN}`,
      });
      call.on("error", () => end("no connection"));
      call.on("trailers", (trailers) => end(trailers["grpc-status"]));
      call.end(Buffer.alloc(5));
      call.resume();
    });
  return { ...server, send, bugs: deps.bugs };
}

describe.each([
  ["HTTP", openHec, 200],
  ["gRPC", openGrpc, "0"],
] as const)("A port for %s with TLS", (_, open, good) => {
  it("takes senders that need no certificate", async () => {
    expect(await (await open({ tls: settings() })).send()).toBe(good);
  });

  it("refuses TLS older than 1.2", async () => {
    expect(await (await open({ tls: settings() })).send({ maxVersion: "TLSv1.1" })).toBe("no connection");
  });

  it("takes only senders of the authority where a certificate is asked for", async () => {
    const { send } = await open({ tls: mutual() });
    expect(await send()).toBe("no connection");
    expect(await send(withCertificate("stranger"))).toBe("no connection");
    expect(await send(withCertificate("client"))).toBe(good);
  });

  it("takes only senders of the names that are allowed", async () => {
    issue(files.at, "named", "ca", "web02.example.jp");
    const { send } = await open({ tls: mutual("web01.example.jp") });
    expect(await send(withCertificate("named"))).toBe("no connection");
    expect(await (await open({ tls: mutual("*.example.jp") })).send(withCertificate("named"))).toBe(good);
  });

  it("turns away addresses that are not in the list before anything is said", async () => {
    expect(await (await open({ tls: settings(), allow: ["192.0.2.0/24"] })).send()).toBe("no connection");
    expect(await (await open({ tls: settings(), allow: ["127.0.0.0/8"] })).send()).toBe(good);
  });

  it("counts who was turned away under one reason each, and tells it", async () => {
    const told: TurnedAway[] = [];
    const onTurnedAway = (event: TurnedAway) => void told.push(event);
    const opened = await open({ tls: mutual("web02.example.jp"), onTurnedAway });
    const far = await open({ tls: settings(), allow: ["192.0.2.0/24"], onTurnedAway });
    await opened.send(withCertificate("stranger"));
    await opened.send(withCertificate("client"));
    await far.send();
    const none = { connections: 0, refused: 0, closedUnfinished: 0, protocolErrors: 0 };
    await expect.poll(() => opened.stats()).toEqual({ ...none, notAllowed: 1, failedHandshakes: 1 });
    await expect.poll(() => far.stats()).toEqual({ ...none, notAllowed: 1, failedHandshakes: 0 });
    const detail = "no name of its certificate is allowed";
    expect(told).toEqual([
      { peer: "127.0.0.1", reason: "handshake_failed", detail: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
      { peer: "127.0.0.1", reason: "not_allowed", detail },
      { peer: "127.0.0.1", reason: "not_allowed" },
    ]);
  });

  it("counts what is not its protocol, and connections while they are open", async () => {
    const told: TurnedAway[] = [];
    const { port, stats } = await open({ onTurnedAway: (event) => void told.push(event) });
    const socket = createConnection({ port, host: "127.0.0.1" }).on("error", () => {});
    onTestFinished(() => void socket.destroy());
    await expect.poll(() => stats().connections).toBe(1);
    socket.resume().write("\u0016\u0003 this is neither HTTP/1.1 nor HTTP/2\r\n\r\n");
    await expect.poll(() => stats()).toMatchObject({ connections: 0, protocolErrors: 1 });
    expect(told).toMatchObject([{ peer: "127.0.0.1", reason: "protocol_error" }]);
  });

  it("survives bytes that are no TLS", async () => {
    const { port, send } = await open({ tls: settings() });
    const socket = createConnection({ port, host: "127.0.0.1" });
    await new Promise((resolve) => {
      socket.on("error", resolve).on("close", resolve);
      socket.end("POST /services/collector HTTP/1.1\r\n\r\n");
    });
    expect(await send()).toBe(good);
  });

  test.each([
    ["that is missing", () => settings({ certificate: files.at("absent.pem") })],
    ["that is none", () => settings({ certificate: files.at("server.csr") })],
  ])("does not open with a certificate %s, and names it", async (_, tls) => {
    const refusal = open({ tls: tls() });
    await expect(refusal).rejects.toBeInstanceOf(AppError);
    await expect(refusal).rejects.toThrow(/(absent\.pem|server\.csr) cannot be used/);
  });
});

it("stands before every address that the name localhost has", async () => {
  const { port } = await openHec({ host: "localhost", allow: ["192.0.2.1"] });
  for (const host of ["127.0.0.1", "::1"]) {
    const socket = createConnection({ port, host }).on("error", () => {});
    socket.resume().write("GET /services/collector/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    await expect.poll(() => socket.destroyed).toBe(true);
    expect(socket.bytesRead).toBe(0);
  }
});

it("closes a port that could not be had, and says so", async () => {
  const { port } = await openHec({});
  await expect(openHec({ port })).rejects.toThrow(/EADDRINUSE/);
  await expect(openGrpc({ port })).rejects.toThrow(/EADDRINUSE/);
});
