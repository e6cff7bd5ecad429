import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OTLPLogExporter as GrpcExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import {
  freePort,
  type Installation,
  metric,
  newInstallation,
  settled,
  type YaguraProcess,
} from "../support/yagura-process.ts";

const LINE = "Nov 23 10:00:01 web01 sshd[812]: Failed password for invalid user admin from 203.0.113.9 port 51122 ssh2";

let installation: Installation;
let yagura: YaguraProcess;
let token: string;
let ports: readonly [hec: number, http: number, grpc: number];

beforeAll(async () => {
  installation = await newInstallation();
  ports = [await freePort(), await freePort(), await freePort()];
  const config = join(installation.data, "..", "yagura.yaml");
  const [hec, http, grpc] = ports;
  await writeFile(
    config,
    `hec: { enabled: true, port: ${hec} }
otlp:
  http: { enabled: true, port: ${http} }
  grpc: { enabled: true, port: ${grpc} }
`,
  );
  yagura = await installation.start({}, ["--config", config]);
  token = await installation.token("shipper");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await installation?.remove();
});

/** What the program has stored more, and understood, after `send`. */
async function storedBy(send: () => Promise<unknown>): Promise<number> {
  const count = () => metric(yagura.url, "yagura_events_stored_total");
  const before = await count();
  await send();
  await settled(yagura.url);
  expect(await metric(yagura.url, "yagura_parse_problems_total")).toBe(0);
  return (await count()) - before;
}

describe("Splunk's senders", () => {
  test.each([
    ["their own port", () => `http://127.0.0.1:${ports[0]}`],
    ["the main port", () => yagura.url],
  ])("are taken on %s, and what they sent is stored and understood", async (_, base) => {
    const post = async (path: string, body: string) => {
      const headers = { authorization: `Splunk ${token}` };
      const response = await fetch(`${base()}/services/collector${path}`, { method: "POST", headers, body });
      expect([response.status, await response.json()]).toMatchObject([200, { code: 0 }]);
    };
    const event = JSON.stringify({ time: Date.now() / 1000, host: "web01", sourcetype: "linux_secure", event: LINE });
    expect(await storedBy(() => post("/event", event.repeat(3)))).toBe(3);
    expect(await storedBy(() => post("/raw?host=web02", `${LINE}\n${LINE}\n`))).toBe(2);
    const health = await fetch(`${base()}/services/collector/health`);
    expect([health.status, await health.json()]).toEqual([200, { text: "HEC is healthy", code: 17 }]);
  });
});

describe("OpenTelemetry's own exporters", () => {
  test.each([
    ["protobuf on their own port", () => new ProtobufExporter({ url: `http://127.0.0.1:${ports[1]}/v1/logs` })],
    ["protobuf on the main port", () => new ProtobufExporter({ url: `${yagura.url}/otlp/v1/logs` })],
    ["gRPC", () => new GrpcExporter({ url: `http://127.0.0.1:${ports[2]}` })],
  ])("are taken: %s", async (_, create) => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", `authorization=${encodeURIComponent(`Bearer ${token}`)}`);
    const exporter: LogRecordExporter = create();
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ "service.name": "sshd", "host.name": "web01" }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    const stored = await storedBy(async () => {
      provider.getLogger("filelog").emit({ body: LINE });
      provider.getLogger("shop").emit({ body: "paid", attributes: { "user.name": "taro" } });
      await provider.forceFlush();
    });
    expect(stored).toBe(2);
    await provider.shutdown();
  });
});

it("counts wrong tokens by transport", async () => {
  const headers = { authorization: "Splunk wrong" };
  const url = `http://127.0.0.1:${ports[0]}/services/collector`;
  expect((await fetch(url, { method: "POST", headers, body: '{"event":"x"}' })).status).toBe(403);
  expect(await metric(yagura.url, "yagura_intake_auth_failures_total", 'transport="hec"')).toBe(1);
});
