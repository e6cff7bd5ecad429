import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type Installation, metric, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;
if (!HAS_CURL) console.warn("curl is not installed: fetch sends the same requests instead");

let installation: Installation;
let yagura: YaguraProcess;
let token: string;

beforeAll(async () => {
  installation = await newInstallation();
  yagura = await installation.start();
  token = await installation.token("filebeat-web01");
});
afterAll(() => installation?.remove());

type Asked = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
type Answer = { readonly status: number; readonly product: string | null; readonly body: Record<string, unknown> };

/** What Filebeat sends as `api_key: "id:secret"`. */
const apiKey = (secret: string): string => `ApiKey ${Buffer.from(`yagura:${secret}`).toString("base64")}`;
const FILEBEAT = {
  "user-agent": "Elastic-filebeat/8.15.1 (linux; amd64; 88cc526a; 2024-09-02)",
  accept: "application/json",
};

/** One request as a shipper's own HTTP client makes it. */
async function ask(path: string, asked: Asked = {}): Promise<Answer> {
  const headers = { ...FILEBEAT, authorization: apiKey(token), ...asked.headers };
  return HAS_CURL ? curl(path, { ...asked, headers }) : viaFetch(path, { ...asked, headers });
}

async function curl(path: string, { method = "GET", headers = {}, body }: Asked): Promise<Answer> {
  const args = [
    "--silent",
    "--show-error",
    "--max-time",
    "30",
    "--write-out",
    "\n%{http_code} %header{x-elastic-product}",
  ];
  args.push(...(method === "HEAD" ? ["--head", "--output", "/dev/null"] : ["--request", method]));
  for (const [name, value] of Object.entries(headers)) args.push("--header", `${name}: ${value}`);
  if (body !== undefined) args.push("--data-binary", body);
  const { stdout } = await promisify(execFile)("curl", [...args, yagura.url + path]);
  const cut = stdout.lastIndexOf("\n");
  const [status, product] = stdout.slice(cut + 1).split(" ");
  return { status: Number(status), product: product || null, body: jsonIn(stdout.slice(0, cut)) };
}

async function viaFetch(path: string, { method = "GET", headers = {}, body }: Asked): Promise<Answer> {
  const answer = await fetch(yagura.url + path, { method, headers, ...(body !== undefined && { body }) });
  return { status: answer.status, product: answer.headers.get("x-elastic-product"), body: jsonIn(await answer.text()) };
}

const jsonIn = (text: string): Record<string, unknown> =>
  text.trim().startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};

const document = (message: string): string =>
  `{"create":{"_index":"filebeat-8.15.1"}}\n${JSON.stringify({
    "@timestamp": new Date().toISOString(),
    message,
    host: { name: "web01.example.jp" },
    agent: { type: "filebeat", version: "8.15.1" },
    log: { file: { path: "/var/log/auth.log" } },
  })}\n`;

describe(`Filebeat's opening conversation, played by ${HAS_CURL ? "curl" : "fetch"}`, () => {
  it("first asks who is there, and is told a version it works with", async () => {
    const { status, product, body } = await ask("/elastic/");
    expect([status, product]).toEqual([200, "Elasticsearch"]);
    expect(body).toMatchObject({
      version: { number: "8.15.1", build_flavor: "default" },
      tagline: "You Know, for Search",
    });
  });

  it("then asks for the license, which must be active", async () => {
    const { status, body } = await ask("/elastic/_license?human=false");
    expect(status).toBe(200);
    expect(body).toMatchObject({ license: { type: "basic", status: "active" } });
  });

  test.each([
    ["HEAD", "/elastic/_index_template/filebeat-8.15.1"],
    ["PUT", "/elastic/_index_template/filebeat-8.15.1"],
    ["GET", "/elastic/_ilm/policy/filebeat"],
    ["GET", "/elastic/_data_stream/filebeat-8.15.1"],
    ["GET", "/elastic/_cluster/health"],
  ])("may try to set things up when its own defaults are left on: %s %s", async (method, path) => {
    const body = method === "PUT" ? '{"index_patterns":["filebeat-*"]}' : undefined;
    const headers = { "content-type": "application/json" };
    expect((await ask(path, { method, headers, ...(body !== undefined && { body }) })).status).toBe(200);
  });

  it("then ships a batch, is told item by item that it is kept, and the lines are understood", async () => {
    const lines = [
      "Nov 23 10:00:01 web01 sshd[812]: Failed password for invalid user admin from 203.0.113.9 port 51122 ssh2",
      "Nov 23 10:00:04 web01 sshd[812]: Accepted publickey for tanaka from 198.51.100.7 port 40022 ssh2",
    ];
    const before = await metric(yagura.url, "yagura_events_stored_total");
    const { status, body } = await ask("/elastic/_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson; charset=UTF-8" },
      body: lines.map(document).join(""),
    });
    expect(status).toBe(200);
    expect(body).toEqual({ errors: false, items: [{ create: { status: 201 } }, { create: { status: 201 } }] });
    await settled(yagura.url);
    expect(await metric(yagura.url, "yagura_events_stored_total")).toBe(before + lines.length);
    expect(await metric(yagura.url, "yagura_parse_problems_total")).toBe(0);
  });

  it("with a wrong key is told so in the words of Elasticsearch, and it is counted", async () => {
    const before = await metric(yagura.url, "yagura_intake_auth_failures_total");
    for (const path of ["/elastic/", "/elastic/_license", "/elastic/_bulk"]) {
      const headers = { authorization: apiKey("ygr_wrong"), "content-type": "application/x-ndjson" };
      const asked = path.endsWith("_bulk") ? { method: "POST", headers, body: document("nobody") } : { headers };
      const { status, product, body } = await ask(path, asked);
      expect([path, status, product]).toEqual([path, 401, "Elasticsearch"]);
      expect(body).toMatchObject({ status: 401, error: { type: "security_exception" } });
    }
    expect(await metric(yagura.url, "yagura_intake_auth_failures_total")).toBe(before + 3);
  });
});

describe("The other ways in that the README shows", () => {
  const events = `${JSON.stringify({ message: "hello, watchtower", "host.name": "my-first-host" })}\n`;

  test.each([
    ["a Bearer token", () => `Bearer ${token}`],
    ["the token as a password", () => `Basic ${Buffer.from(`yagura:${token}`).toString("base64")}`],
  ])("Fluent Bit's batch is kept with %s", async (_, authorization) => {
    const headers = {
      "user-agent": "Fluent-Bit",
      authorization: authorization(),
      "content-type": "application/x-ndjson",
    };
    const { status, body } = await ask("/elastic/_bulk", {
      method: "POST",
      headers,
      body: document("from fluent-bit"),
    });
    expect([status, body.errors]).toEqual([200, false]);
  });

  it("curl's own lines are kept and counted", async () => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
    const { status, body } = await ask("/api/v1/ingest", { method: "POST", headers, body: events.repeat(3) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 3, rejectedCount: 0 });
  });
});
