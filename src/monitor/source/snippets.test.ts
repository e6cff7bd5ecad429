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
