import { once } from "node:events";
import { createServer } from "node:net";
import { Readable } from "node:stream";
import { connect } from "node:tls";
import { gzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { DEFAULT_LIMITS, type FileProblem } from "../../../monitor/collect/index.ts";
import { createParser } from "../../../monitor/parse/index.ts";
import { openParts, partLimits } from "../parts.ts";
import { createSpool } from "../spool.ts";
import { conversation, dnsMessage, pcapOf } from "./testing/pcap.ts";
import { capturesBy } from "./tshark.ts";

const captures = capturesBy(["/usr/bin/tshark", "/usr/local/bin/tshark"]);
if (captures === undefined) console.warn("no tshark: tests of packet captures skipped");

type Row = Record<string, unknown>;

async function readCapture(bytes: Buffer, name = "x.pcap") {
  const problems: FileProblem[] = [];
  const rows: Row[] = [];
  const parts = openParts(Readable.from([bytes.subarray(0, 50), bytes.subarray(50)]), {
    ...{ ...partLimits(DEFAULT_LIMITS), name, spool: createSpool("/nonexistent") },
    captures,
    onProblem: (problem) => problems.push(problem),
  });
  let text = "";
  for await (const part of parts) for await (const chunk of part.bytes) text += chunk.toString();
  for (const line of text.split("\n")) if (line !== "") rows.push(JSON.parse(line));
  const of = (path: string): Row[] => rows.filter(({ _path }) => _path === path);
  return { problems, rows, of };
}

/** What a real client begins TLS with. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const heard = once(server, "connection").then(async ([socket]) => {
    const [hello] = await once(socket, "data");
    socket.destroy();
    return hello as Buffer;
  });
  const client = connect({ port: address.port, host: "127.0.0.1", servername }).on("error", () => {});
  const hello = await heard;
  client.destroy();
  server.close();
  return hello;
}

const PC = "10.0.0.7";
const T0 = 1_700_000_000;
const DNS = [
  { from: [PC, 40_001], to: ["10.0.0.53", 53], payload: dnsMessage(7, "www.example.com"), at: T0 + 0.25 },
  {
    from: ["10.0.0.53", 53],
    to: [PC, 40_001],
    payload: dnsMessage(7, "www.example.com", { rcode: 0, ip: "192.0.2.9" }),
    at: T0 + 0.26,
  },
  { from: [PC, 40_002], to: ["10.0.0.53", 53], payload: dnsMessage(8, "gone.example.com"), at: T0 + 1 },
  { from: ["10.0.0.53", 53], to: [PC, 40_002], payload: dnsMessage(8, "gone.example.com", { rcode: 3 }), at: T0 + 1.5 },
  { from: [PC, 40_003], to: ["10.0.0.53", 53], payload: dnsMessage(9, "silent.example.com"), at: T0 + 2 },
] as const;
const HTTP = conversation(
  [PC, 50_000],
  ["192.0.2.9", 80],
  [
    { isClient: true, payload: "GET /a?b=\t1 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8\r\n\r\n" },
    { isClient: false, payload: "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno" },
  ],
  T0 + 10,
);

describe.skipIf(captures === undefined)("A packet capture", () => {
  it("becomes DNS questions with their answers, at the times of the packets", async () => {
    const { of, problems } = await readCapture(pcapOf(DNS));
    expect(problems).toEqual([]);
    expect(of("dns")).toMatchObject([
      {
        ts: T0 + 0.25,
        "id.orig_h": PC,
        "id.resp_p": 53,
        query: "www.example.com",
        qtype_name: "A",
        rcode_name: "NOERROR",
        answers: ["192.0.2.9"],
        rtt: 0.01,
      },
      { query: "gone.example.com", rcode_name: "NXDOMAIN", rtt: 0.5 },
      { query: "silent.example.com" },
    ]);
    expect(of("conn")).toMatchObject([
      { "id.orig_h": PC, proto: "udp", service: "dns", orig_pkts: 1, resp_pkts: 1, conn_state: "SF", duration: 0.01 },
      { conn_state: "SF" },
      { conn_state: "S0", orig_bytes: 36, resp_pkts: 0 },
    ]);
  });

  it("becomes HTTP requests with their answers, the TLS names that were asked for, and one event a conversation", async () => {
    const hello = await clientHello("login.example.com");
    const tls = conversation([PC, 50_001], ["192.0.2.9", 443], [{ isClient: true, payload: hello }], T0 + 20);
    const ssh = conversation(
      [PC, 50_002],
      ["192.0.2.22", 22],
      [
        { isClient: false, payload: "SSH-2.0-OpenSSH_9.2p1\r\n" },
        { isClient: true, payload: "SSH-2.0-PuTTY_0.80\r\n" },
      ],
      T0 + 30,
    );
    const scan = { from: [PC, 50_003], to: ["192.0.2.9", 81], flags: 2, at: T0 + 40 } as const;
    const { of, rows, problems } = await readCapture(gzipSync(pcapOf([...HTTP, ...tls, ...ssh, scan])), "x.pcap.gz");
    expect(problems).toEqual([]);
    expect(of("http")).toMatchObject([
      {
        "id.resp_h": "192.0.2.9",
        method: "GET",
        host: "www.example.com",
        user_agent: "curl/8",
        status_code: 404,
        status_msg: "Not Found",
      },
    ]);
    expect(of("ssl")).toMatchObject([
      { server_name: "login.example.com", ja3: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    expect(of("ssh")).toMatchObject([
      { client: "SSH-2.0-PuTTY_0.80", server: "SSH-2.0-OpenSSH_9.2p1", "id.orig_h": PC },
    ]);
    expect(of("conn").map(({ service, conn_state }) => [service, conn_state])).toEqual([
      ["http", "SF"],
      ["ssl", "SF"],
      ["ssh", "SF"],
      [undefined, "S0"],
    ]);
    expect(new Set(rows.filter(({ "id.orig_p": port }) => port === 50_000).map(({ uid }) => uid)).size).toBe(1);
  });

  test.each([
    ["is cut within a packet", pcapOf(DNS).subarray(0, -10), 4, "cut short"],
    [
      "claims a packet of 2 GiB",
      Buffer.concat([pcapOf(DNS), Buffer.from("00f1536500000000ffffff7fffffff7f", "hex")]),
      5,
      "tshark: ",
    ],
    ["is its head alone", Buffer.from("d4c3b2a1020004000000", "hex"), 0, "tshark: "],
    [
      "has another content than its first bytes say",
      Buffer.concat([Buffer.from("0a0d0d0a", "hex"), Buffer.alloc(500, 7)]),
      0,
      "tshark: ",
    ],
  ])("that %s is named, and what came before is kept", async (_, bytes, packets, words) => {
    const { problems, of } = await readCapture(bytes);
    expect(problems).toMatchObject([{ file: "x.pcap", code: "damaged", detail: expect.stringContaining(words) }]);
    const counted = of("conn").reduce((sum, row) => sum + Number(row.orig_pkts) + Number(row.resp_pkts), 0);
    expect(counted).toBe(packets);
  });

  it("is read by the parser of Zeek's logs: its events answer the six questions", async () => {
    const { rows } = await readCapture(pcapOf([...DNS.slice(0, 2), ...HTTP]));
    const parser = createParser();
    const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: (T0 + 100) * 1000 } as const;
    const seen = rows.map((row) => parser.parse(Buffer.from(JSON.stringify(row)), hints));
    for (const { hot } of seen) expect([hot.where_from, hot.with_what, hot.what, hot.did_what]).not.toContain("");
    expect(seen.map(({ hot }) => [hot.dataset, hot.did_what, hot.what])).toEqual([
      ["zeek.dns", "dns-query", "www.example.com"],
      ["zeek.http", "http-request", "www.example.com/a?b=\\t1"],
      ["zeek.conn", "connection-ended", "10.0.0.53:53"],
      ["zeek.conn", "connection-ended", "192.0.2.9:80"],
    ]);
  });
});
