import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { openEnvelope } from "../../collect/envelope.ts";
import { listenFlows } from "../../collect/flow/udp.ts";
import { listenForward } from "../../collect/forward/forward.ts";
import { hecRoutes } from "../../collect/hec/routes.ts";
import { createBatches } from "../../collect/lines/batches.ts";
import { ingestRoutes } from "../../collect/lines/routes.ts";
import { listenLumberjack } from "../../collect/lumberjack/lumberjack.ts";
import { otlpRoutes } from "../../collect/otlp/routes.ts";
import { listenRelp } from "../../collect/relp/relp.ts";
import { listenSyslogTcp } from "../../collect/syslog/tcp.ts";
import { openTestIntake, storedTexts, TEST_TOKEN } from "../../collect/testing/fixtures.ts";
import { installTestGuard, listen, receiverDeps } from "../../collect/testing/http.ts";
import { createCertificates, HERE, removeCertificates, type TestCertificates } from "../../collect/testing/tcp.ts";
import { DEVICE_FORMATS } from "../devices/catalog.ts";
import { flowEvents } from "../devices/flows.ts";
import { deviceEvents } from "../devices/stream.ts";
import type { FlowTransport, LineTransport, SimulatedEvent, Transport } from "../event.ts";
import { Senders } from "./senders.ts";

const START_MS = Date.UTC(2026, 10, 23, 1);
const SHARED_KEY = "a shared key";

let files: TestCertificates;
let state: State;
beforeAll(async () => {
  files = createCertificates();
  state = await openTestState();
});
afterAll(async () => {
  removeCertificates(files);
  await state?.close();
});

/** Our own receivers, all of them over one real log. */
async function openReceivers(sharedKey?: string) {
  const { intake, wal } = await openTestIntake();
  const deps = receiverDeps(intake);
  const url = await listen((app) => {
    installTestGuard(app, { state });
    app.register(hecRoutes(deps, { allowsQueryToken: false }), { prefix: "/services/collector" });
    app.register(otlpRoutes(deps), { prefix: "/otlp" });
    app.register(ingestRoutes({ intake, batches: createBatches(() => 0) }));
  });
  const tls = { certificate: files.at("server.pem"), key: files.at("server.key"), clientNames: [] };
  const here = { ...HERE, intake };
  const [relp, lumberjack, forward, syslogTls, flows] = await Promise.all([
    listenRelp(here),
    listenLumberjack(here),
    listenForward({ ...here, ...(sharedKey && { sharedKey }) }),
    listenSyslogTcp({ ...here, tls }),
    listenFlows(here),
  ]);
  for (const listener of [relp, lumberjack, forward, syslogTls, flows]) onTestFinished(() => listener.close());
  const targets = {
    bulkUrl: `${url}/elastic/_bulk`,
    token: TEST_TOKEN,
    syslogHost: "127.0.0.1",
    syslogUdpPort: 9,
    syslogTcpPort: 9,
    others: {
      urls: { ndjson: `${url}/api/v1/ingest`, hec: `${url}/services/collector`, otlp: `${url}/otlp/v1/logs` },
      ports: {
        syslogTls: syslogTls.port,
        relp: relp.port,
        forward: forward.port,
        lumberjack: lumberjack.port,
        flows: flows.port,
      },
      ca: readFileSync(files.at("ca.pem"), "utf8"),
      ...(sharedKey && { sharedKey }),
    },
  };
  return { wal, intake, targets };
}

async function deliver(events: Iterable<SimulatedEvent>, targets: ConstructorParameters<typeof Senders>[0]) {
  const senders = new Senders(targets);
  for (const event of events) await senders.send(event, false);
  await senders.close();
  return senders.stats().others;
}

const linesOf = (protocol: LineTransport): SimulatedEvent[] => [
  ...deviceEvents({
    ...{ formats: DEVICE_FORMATS, seed: "round trip", protocol },
    ...{ startMs: START_MS, durationMs: 70_000, eventsPerSecond: 17 },
  }),
];

type Document = { readonly body?: string; readonly message?: unknown };
const objectOf = (text: string): Document => JSON.parse(text);
/** What the receiver keeps beside the line of its own protocol is put aside. */
const UNWRAP: Readonly<Partial<Record<Transport, (stored: string) => unknown>>> = {
  hec: (stored) => openEnvelope(Buffer.from(stored), "hec").event.toString(),
  "otlp-json": (stored) => objectOf(stored).body,
  "otlp-protobuf": (stored) => objectOf(stored).body,
  // MessagePack says what JSON said, not how it was written; the tag is the protocol's.
  forward: (stored) => JSON.stringify({ ...objectOf(stored), fluent_tag: undefined, "@timestamp": undefined }),
};
const asGiven = (protocol: Transport, text: string): string =>
  protocol === "forward" ? JSON.stringify({ ...objectOf(text), "@timestamp": undefined }) : text;

const PROTOCOLS = [
  "ndjson",
  "hec",
  "otlp-json",
  "otlp-protobuf",
  "relp",
  "forward",
  "lumberjack",
  "syslog-tls",
] as const;

describe("Lines of every device format", () => {
  test.each(PROTOCOLS)("arrive by %s as they were sent, each once", async (protocol) => {
    const { wal, intake, targets } = await openReceivers();
    const events = linesOf(protocol);
    expect(events.length).toBe(1190);
    const { [protocol]: delivered } = await deliver(events, targets);
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(events.length);
    const stored = (await storedTexts(wal)).map((text) => UNWRAP[protocol]?.(text) ?? text);
    expect(stored.sort()).toEqual(events.map(({ bytes }) => asGiven(protocol, bytes.toString())).sort());
    const count = protocol === "syslog-tls" ? "sent" : "acknowledged";
    expect(delivered).toMatchObject({ sent: 0, acknowledged: 0, [count]: events.length, refused: 0, retried: 0 });
    expect(intake.snapshot().inFlightBytes).toBe(0);
  });

  it("arrive by Forward with a shared key, after both sides have shown that they know it", async () => {
    const { wal, targets } = await openReceivers(SHARED_KEY);
    await deliver(linesOf("forward").slice(0, 20), targets);
    expect(await storedTexts(wal)).toHaveLength(20);
    const wrong = { ...targets, others: { ...targets.others, sharedKey: "another" } };
    await expect(deliver(linesOf("forward").slice(0, 1), wrong)).rejects.toThrow(/does not take the shared key/);
  });

  it("do not go to a TLS receiver whose authority is not known", async () => {
    const { wal, targets } = await openReceivers();
    const { ca: _, ...others } = targets.others;
    const events = linesOf("syslog-tls").slice(0, 1);
    await expect(deliver(events, { ...targets, others })).rejects.toMatchObject({ code: "upstream" });
    expect(await storedTexts(wal)).toEqual([]);
  });
});

describe("Flow records", () => {
  test.each([
    ["netflow9", "netflow-v9"],
    ["ipfix", "ipfix"],
  ] as const)("arrive by %s with their addresses, counters and times", async (protocol: FlowTransport, told) => {
    const { wal, targets } = await openReceivers();
    const plan = { seed: "flows", startMs: START_MS, durationMs: 10_000, eventsPerSecond: 50, protocol };
    const events = [...flowEvents(plan)];
    const { [protocol]: delivered } = await deliver(events, targets);
    await expect.poll(async () => (await storedTexts(wal)).length).toBe(events.length);
    expect(delivered).toMatchObject({ sent: events.length, acknowledged: 0 });
    const stored = (await storedTexts(wal)).map((text): Record<string, unknown> => JSON.parse(text));
    for (const [i, { bytes }] of events.entries())
      expect(stored[i]).toMatchObject({
        flowProtocol: told,
        sourceIPv4Address: [...bytes.subarray(0, 4)].join("."),
        destinationIPv4Address: [...bytes.subarray(4, 8)].join("."),
        destinationTransportPort: bytes.readUInt16BE(10),
        protocolIdentifier: 6,
        octetDeltaCount: Number(bytes.readBigUInt64BE(15)),
        flowDirection: bytes[14],
      });
    expect(events.every(({ atMs }, i) => i === 0 || atMs >= (events[i - 1]?.atMs ?? 0))).toBe(true);
  });
});
