import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "yagura-config-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileWith(text: string): string {
  const path = join(directory, "yagura.yaml");
  writeFileSync(path, text);
  return path;
}

const tailWith = (multiline: string): string => `tail: [{ path: /var/log/a.log, multiline: { ${multiline} } }]`;

describe("Settings", () => {
  it("without a file listen on loopback only", () => {
    const config = loadConfig(fileWith(""), {}, {});
    expect([config.http.host, config.syslog.udp.host, config.syslog.tcp.host, config.elasticsearch.host]).toEqual(
      Array(4).fill("127.0.0.1"),
    );
  });

  it("leave listeners that are not asked for closed, and on loopback", () => {
    const { syslog, relp, lumberjack, forward, elasticsearch, hec, otlp } = loadConfig(fileWith(""), {}, {});
    for (const listener of [syslog.tls, relp, lumberjack, forward, elasticsearch, hec, otlp.http, otlp.grpc])
      expect(listener).toMatchObject({ enabled: false, host: "127.0.0.1", allow: [] });
    for (const { allow } of [syslog.udp, syslog.tcp, loadConfig(fileWith(""), {}, {}).flows]) expect(allow).toEqual([]);
  });

  it("of followed files know events of many lines, left out names and any directories", () => {
    const path = fileWith("tail: [{ path: /l/**/*.log, exclude: [debug*], multiline: { continuation: indent } }]");
    const bounds = { maxLines: 500, maxBytes: 262_144, waitSeconds: 5 };
    const multiline = { continuation: "indent", ...bounds };
    expect(loadConfig(path, {}, {}).tail).toEqual([
      { path: "/l/**/*.log", from: "start", exclude: ["debug*"], multiline },
    ]);
  });

  it("come from the file, then the environment, then the command line", () => {
    const path = fileWith("http: { port: 1000 }\nlog: { level: warn }\nwal: { maxBytes: 2 GiB }\n");
    expect(loadConfig(path, {}, {}).http.port).toBe(1000);
    expect(loadConfig(path, {}, { YAGURA_HTTP_PORT: "2000" }).http.port).toBe(2000);
    expect(loadConfig(path, { port: 3000 }, { YAGURA_HTTP_PORT: "2000" })).toMatchObject({
      http: { port: 3000 },
      log: { level: "warn" },
      wal: { maxBytes: 2 ** 31 },
    });
  });

  it.each([
    ["an unknown setting", "htpp: {}", /htpp/],
    ["a wrong port", "http: { port: 70000 }", /http\.port/],
    ["a proxy that is no address", "http: { trustProxy: [everyone] }", /http\.trustProxy.*address or a network/],
    ["a wrong scheme", "engines: { state: 'mysql://x/y' }", /engines\.state: must start with postgres/],
    ["a size without unit", "wal: { maxBytes: lots }", /wal\.maxBytes/],
    [
      "syslog over TLS without a certificate",
      "syslog: { tls: { enabled: true } }",
      /syslog\.tls\.tls: needs a certificate/,
    ],
    ["a followed file without its directory", "tail: [{ path: access.log }]", /tail\.0\.path/],
    ["a pattern of lines that is none", "tail: [{ path: /a, multiline: { startPattern: '(' } }]", /startPattern.*RE2/],
    ["two ways to know an event's lines", tailWith("startPattern: a, continuation: indent"), /multiline: needs one of/],
    ["no way to know an event's lines", tailWith("maxLines: 5"), /multiline: needs one of/],
    ["too large an event", tailWith("continuation: indent, maxBytes: 1 MiB"), /maxBytes.*256 KiB/],
    ["a network that is none", "relp: { allow: [everyone] }", /relp\.allow/],
    ["a network for flows that is none", "flows: { allow: [10.0.0.0/33] }", /flows\.allow/],
    ["a network for syslog that is none", "syslog: { udp: { allow: [fw01] } }", /syslog\.udp\.allow/],
    ["a short shared key", "forward: { sharedKey: abc }", /forward\.sharedKey/],
    ["client certificates where people sign in", "http: { tls: { certificate: a, key: b, clientCa: c } }", /http\.tls/],
    ["broken YAML", "http: [", /not valid YAML/],
    ["a list", "- a", /settings by name/],
  ])("with %s are refused, naming the place", (_, text, message) => {
    expect(() => loadConfig(fileWith(text), {}, {})).toThrow(message);
  });

  it.each([
    ["YAGURA_HEC_PORT", "hec"],
    ["YAGURA_OTLP_HTTP_PORT", "otlp.http"],
    ["YAGURA_OTLP_GRPC_PORT", "otlp.grpc"],
  ])("%s opens the listener that it gives a port", (name, place) => {
    const config = loadConfig(fileWith(""), {}, { [name]: "1234" });
    const listener = { hec: config.hec, "otlp.http": config.otlp.http, "otlp.grpc": config.otlp.grpc }[place];
    expect(listener).toMatchObject({ enabled: true, port: 1234 });
  });

  it("misspelt in the environment are refused", () => {
    expect(() => loadConfig(fileWith(""), {}, { YAGURA_HTPP_PORT: "1" })).toThrow(/YAGURA_HTPP_PORT is no setting/);
  });

  it("in a file that is not there say so", () => {
    expect(() => loadConfig(join(directory, "absent.yaml"), {}, {})).toThrow(/cannot be read/);
  });
});
