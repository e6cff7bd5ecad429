import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { shipperSnippets } from "./snippets.ts";

const syslog = undefined;
const textsOf = (http: string): Record<string, string> =>
  Object.fromEntries(
    shipperSnippets("token", { http, syslog }, "ygr_secret").map(({ shipper, text }) => [shipper, text]),
  );
const yamlOf = (http: string, shipper: string) => parse(textsOf(http)[shipper] ?? "");

describe("What people paste into a sender", () => {
  test.each([
    ["http://127.0.0.1:8600", "http://127.0.0.1:8600/elastic"],
    ["https://yagura.example/", "https://yagura.example:443/elastic"],
    ["https://example.jp/yagura", "https://example.jp:443/yagura/elastic"],
    ["http://[::1]:8600", "http://[::1]:8600/elastic"],
  ])("names, for Beats at %s, the path of _bulk and the port, which they take for 9200 otherwise", (http, host) => {
    for (const beat of ["filebeat", "winlogbeat"])
      expect(yamlOf(http, beat)["output.elasticsearch"]).toEqual({ hosts: [host], api_key: "yagura:ygr_secret" });
  });

  it("names the path of _bulk for Fluent Bit", () => {
    const { pipeline } = yamlOf("https://example.jp/yagura", "fluent-bit");
    expect(pipeline.outputs).toMatchObject([{ host: "example.jp", port: 443, tls: "on", path: "/yagura/elastic" }]);
  });

  it("names where OTLP and the HTTP Event Collector are on the main port", () => {
    const { exporters } = yamlOf("https://yagura.example", "otel-collector");
    const headers = { authorization: "Bearer ygr_secret" };
    expect(exporters.otlphttp).toMatchObject({ endpoint: "https://yagura.example/otlp", headers });
    const { sinks } = yamlOf("https://yagura.example", "vector");
    expect(sinks.yagura).toMatchObject({ endpoint: "https://yagura.example", default_token: "ygr_secret" });
  });
});

describe("What people paste into senders that are known by their address", () => {
  const at = (port: number, isTls = false) => ({ host: "yagura.example", port, isTls });
  const ports = {
    syslogTls: at(6514, true),
    relp: at(2514, true),
    lumberjack: at(5044, true),
    forward: { ...at(24_224, true), hasSharedKey: true },
    flows: at(2055),
  };
  const http = "https://yagura.example";
  const named = (endpoints: Parameters<typeof shipperSnippets>[1]) =>
    Object.fromEntries(shipperSnippets("syslog", endpoints, undefined).map(({ shipper, text }) => [shipper, text]));

  it("is there for the ports that are open, and for no other", () => {
    expect(named({ http, syslog })).toEqual({});
    expect(Object.keys(named({ http, syslog, ports: { relp: at(2514) } }))).toEqual(["rsyslog-relp"]);
    expect(Object.keys(named({ http, syslog, ports }))).toEqual([
      ...["rsyslog-tls", "syslog-ng", "rsyslog-relp", "beats", "fluent-bit-forward", "fluentd"],
      ...["softflowd", "cisco-netflow"],
    ]);
  });

  it("names host and port in each", () => {
    const wanted = [6514, 6514, 2514, 5044, 24_224, 24_224, 2055, 2055];
    for (const [index, text] of Object.values(named({ http, syslog, ports })).entries()) {
      expect(text).toContain("yagura.example");
      expect(text).toContain(String(wanted[index]));
      expect(text).not.toMatch(/undefined|\[object/);
    }
  });

  it("speaks TLS and shows a shared key where the port does, as YAML that can be read", () => {
    const texts = named({ http, syslog, ports });
    const ca = "/etc/ssl/certs/yagura-ca.pem";
    const output = { hosts: ["yagura.example:5044"], "ssl.certificate_authorities": [ca] };
    expect(parse(texts.beats ?? "")).toEqual({ "output.logstash": output });
    const [forward] = parse(texts["fluent-bit-forward"] ?? "").pipeline.outputs;
    expect(forward).toMatchObject({
      port: 24_224,
      tls: "on",
      shared_key: "YOUR-SHARED-KEY",
      require_ack_response: true,
    });
    const plain = { forward: { ...at(24_224), hasSharedKey: false }, relp: at(2514), lumberjack: at(5044) };
    for (const text of Object.values(named({ http, syslog, ports: plain })))
      expect(text).not.toMatch(/tls: on|ca\.pem|shared_key/i);
  });
});
