import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { listenSyslogTcp } from "../syslog/tcp.ts";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import {
  connectSender,
  createCertificates,
  HERE,
  issue,
  removeCertificates,
  type TestCertificates,
} from "../testing/tcp.ts";
import type { TurnedAway } from "../turned-away.ts";
import { loadTls, matchesName, type TlsSettings } from "./tls.ts";

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
const withCertificate = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });

async function open(tls: TlsSettings, options: { allow?: string[]; handshakeMs?: number } = {}) {
  const origins: { peer: string; peerName?: string; transport: string }[] = [];
  const { intake, wal } = await openTestIntake({
    resolveSource: async (origin) => {
      origins.push(origin);
      return { sourceId: "source_1", unitId: "unit_1", format: "auto" };
    },
  });
  const { allow, handshakeMs = 10_000 } = options;
  const told: TurnedAway[] = [];
  const onTurnedAway = (event: TurnedAway) => void told.push(event);
  const place = { ...HERE, limits: { handshakeMs }, ...(allow && { allow }) };
  const listener = await listenSyslogTcp({ ...place, intake, tls, onTurnedAway });
  onTestFinished(() => listener.close());
  const send = async (client: object = {}) => {
    const sender = await connectSender(listener.port, { ca: read("ca.pem"), ...client });
    sender.socket.end("<13>one\n7 <13>two");
    return sender;
  };
  return { listener, wal, send, origins, told };
}

describe("Syslog over TLS", () => {
  it("takes both framings from senders that need no certificate", async () => {
    const { wal, send, origins } = await open(settings());
    await send();
    await expect.poll(() => storedTexts(wal)).toEqual(["<13>one", "<13>two"]);
    expect(origins).toMatchObject([{ transport: "syslog-tls", peer: "127.0.0.1" }]);
  });

  it("knows a sender by the name in its certificate when clients must have one", async () => {
    const { wal, send, origins } = await open(
      settings({ clientCa: files.at("ca.pem"), clientNames: ["*.example.jp"] }),
    );
    await send(withCertificate("client"));
    await expect.poll(() => storedTexts(wal)).toHaveLength(2);
    expect(origins).toMatchObject([{ peer: "127.0.0.1", peerName: "web01.example.jp" }]);
  });

  test.each([
    ["has none", undefined, [], "failedHandshakes", "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"],
    ["has one of another authority", "stranger", [], "failedHandshakes", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [
      "has a name that is not listed",
      "client",
      ["db01.example.jp"],
      "notAllowed",
      "no name of its certificate is allowed",
    ],
  ] as const)("turns away a client that %s, counts it and tells why", async (_, name, clientNames, count, detail) => {
    const { wal, send, listener, told } = await open(settings({ clientCa: files.at("ca.pem"), clientNames }));
    const sender = await send(name && withCertificate(name));
    await expect.poll(() => sender.isClosed()).toBe(true);
    await expect.poll(() => listener.stats()[count]).toBe(1);
    expect(told).toEqual([
      { peer: "127.0.0.1", reason: count === "notAllowed" ? "not_allowed" : "handshake_failed", detail },
    ]);
    expect(await storedTexts(wal)).toEqual([]);
  });

  it("speaks nothing older than TLS 1.2", async () => {
    const { send, listener } = await open(settings());
    await send({ maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" });
    await expect.poll(() => listener.stats().failedHandshakes).toBe(1);
  });

  it("gives up a handshake that does not come to an end, or is none", async () => {
    const { listener, told } = await open(settings(), { handshakeMs: 50 });
    const silent = await connectSender(listener.port);
    const plain = await connectSender(listener.port);
    plain.socket.write("<13>not TLS\n");
    await expect.poll(() => silent.isClosed() && plain.isClosed()).toBe(true);
    expect(listener.stats()).toMatchObject({ failedHandshakes: 2, connections: 0 });
    expect(told.map(({ peer, detail }) => `${peer} ${detail}`).sort()).toEqual([
      expect.stringMatching(/^127\.0\.0\.1 ERR_SSL_/),
      "127.0.0.1 ERR_TLS_HANDSHAKE_TIMEOUT",
    ]);
  });

  it("turns away addresses that are not allowed", async () => {
    const { listener, told } = await open(settings(), { allow: ["10.0.0.0/8", "2001:db8::1"] });
    const socket = connect(listener.port, "127.0.0.1").on("error", () => {});
    await expect.poll(() => socket.destroyed).toBe(true);
    expect(listener.stats()).toMatchObject({ notAllowed: 1, failedHandshakes: 0 });
    expect(told).toEqual([{ peer: "127.0.0.1", reason: "not_allowed" }]);
  });

  it("says which certificate cannot be used", async () => {
    await expect(loadTls(settings({ key: files.at("client.key") }), 1)).rejects.toThrow(/server\.pem cannot be used/);
    await expect(loadTls(settings({ key: files.at("absent") }), 1)).rejects.toThrow(/absent/);
  });

  it("takes a renewed certificate into force", async () => {
    issue(files.at, "renewed", "ca", "old.example.jp");
    const tls = settings({ certificate: files.at("renewed.pem"), key: files.at("renewed.key") });
    const { listener } = await open(tls);
    issue(files.at, "renewed", "ca", "new.example.jp");
    const nameNow = async () => {
      const { socket } = await connectSender(listener.port, { ca: read("ca.pem") });
      const seen = Promise.withResolvers<string>();
      socket.once("secureConnect", () => {
        if ("getPeerCertificate" in socket && typeof socket.getPeerCertificate === "function")
          seen.resolve(String(socket.getPeerCertificate().subject.CN));
      });
      return seen.promise.finally(() => socket.destroy());
    };
    await expect.poll(nameNow, { timeout: 30_000, interval: 1_000 }).toBe("new.example.jp");
  });
});

test.each([
  ["web01.example.jp", "WEB01.example.jp", true],
  ["web01.example.jp", "*.example.jp", true],
  ["a.web01.example.jp", "*.example.jp", false],
  ["example.jp", "*.example.jp", false],
  [".example.jp", "*.example.jp", false],
])("The name %s is one of %s: %s", (name, pattern, is) => {
  expect(matchesName(name, pattern)).toBe(is);
});
