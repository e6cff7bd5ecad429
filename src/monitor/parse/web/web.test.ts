import { describe, expect, it, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
const COMBINED = `198.51.100.7 - sato [23/Nov/2026:19:30:00 +0900] "GET /cart/view.php?id=7&x=%27 HTTP/1.1" 404 512 "https://www.example.com/top" "${AGENT}"`;

describe("Web access logs", () => {
  it("answers the six questions of a combined line", () => {
    expect(answersOf(parseLine(COMBINED))).toEqual({
      when: "2026-11-23T10:30:00.000Z",
      who: "sato",
      from: "198.51.100.7",
      with: AGENT,
      what: "/cart/view.php?id=7&x=%27",
      did: "http-request",
    });
  });

  it("gives Sigma's web server names, the whole target as cs-uri-query", () => {
    const { fields, logsource } = parseLine(COMBINED);
    expect(logsource).toEqual({ product: "", category: "webserver", service: "" });
    expect({ ...fields }).toEqual({
      "c-ip": "198.51.100.7",
      "cs-username": "sato",
      "cs-method": "GET",
      "cs-version": "HTTP/1.1",
      "cs-uri-stem": "/cart/view.php",
      "cs-uri-query": "/cart/view.php?id=7&x=%27",
      "sc-status": 404,
      "sc-bytes": 512,
      "cs-referer": "https://www.example.com/top",
      "cs-user-agent": AGENT,
    });
  });

  test.each([
    [
      "a common line has no user agent",
      `198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "GET / HTTP/1.0" 200 5`,
      { with: "HTTP/1.0", what: "/" },
    ],
    [
      "a virtual host in front",
      `www.example.com:443 198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "POST /a HTTP/1.1" 200 5 "-" "x"`,
      { with: "x", what: "www.example.com/a" },
    ],
    [
      "quotes inside the user agent",
      String.raw`198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "GET /a HTTP/1.1" 200 5 "-" "a \"b\" c"`,
      { with: 'a "b" c', what: "/a" },
    ],
    [
      "a client that speaks no HTTP",
      String.raw`198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "\x16\x03\x01" 400 226 "-" "-"`,
      { with: "", what: String.raw`\x16\x03\x01` },
    ],
    [
      "a user with a space",
      `198.51.100.7 - taro yamada [23/Nov/2026:19:30:00 +0900] "GET /a HTTP/1.1" 200 5`,
      { who: "taro yamada", what: "/a" },
    ],
    [
      "an IPv6 client",
      `2001:db8::7 - - [23/Nov/2026:19:30:00 +0900] "GET /a HTTP/2.0" 200 5`,
      { from: "2001:db8::7", what: "/a" },
    ],
    [
      "an open-proxy probe",
      `198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "GET http://example.net/x HTTP/1.1" 200 5`,
      { what: "http://example.net/x" },
    ],
  ])("reads %s", (_, line, expected) => {
    const event = parseLine(line);
    expect(event.problem).toBe("");
    expect(event.hot.category).toBe("webserver");
    expect(answersOf(event)).toMatchObject(expected);
  });

  test.each([
    ["apache", "apache"],
    ["nginx", "nginx"],
    ["web", ""],
  ])("a source pinned to %s has service %j", (format, service) => {
    expect(parseLine(COMBINED, { format }).logsource).toEqual({ product: "", category: "webserver", service });
  });

  test.each([
    [200, "success"],
    [302, "success"],
    [404, "failure"],
    [500, "failure"],
  ])("status %d is a %s", (status, outcome) => {
    const line = `198.51.100.7 - - [23/Nov/2026:19:30:00 +0900] "GET / HTTP/1.1" ${status} 5`;
    expect(parseLine(line).hot.event_outcome).toBe(outcome);
  });

  test.each([
    [
      "apache",
      "[Mon Nov 23 10:30:00.123456 2026] [authz_core:error] [pid 35:tid 7] [client 198.51.100.7:4711] AH01630: client denied by server configuration",
      "authz_core",
      "http-request-denied",
    ],
    [
      "nginx",
      '2026/11/23 10:30:00 [error] 35#0: *1 open() failed, client: 198.51.100.7, server: x, request: "GET /a HTTP/1.1"',
      "nginx",
      "server-error",
    ],
  ])("reads %s's error log", (service, line, tool, did) => {
    const event = parseLine(line);
    expect(event.logsource).toEqual({ product: "", category: "webserver", service });
    expect(answersOf(event)).toMatchObject({ from: "198.51.100.7", with: tool, did });
    expect(event.hot.log_level).toBe("error");
  });
});

test.each([
  [
    "[Mon Nov 23 10:30:00.123456 2026] [mpm_event:notice] [pid 35:tid 7] AH00489: Apache/2.4 configured -- resuming normal operations",
    "service-started",
    "success",
  ],
  [
    "[Mon Nov 23 10:30:00.123456 2026] [mpm_event:notice] [pid 35:tid 7] AH00491: caught SIGTERM, shutting down",
    "service-stopped",
    "success",
  ],
  [
    '[Mon Nov 23 10:30:00.123456 2026] [security2:notice] [pid 35:tid 7] ModSecurity: LIBXML compiled version="2.9"',
    "",
    "",
  ],
  ["2026/11/23 10:30:00 [notice] 35#35: start worker processes", "service-started", "success"],
  ["2026/11/23 10:30:00 [notice] 35#35: signal 15 (SIGTERM) received from 1, exiting", "service-stopped", "success"],
  ["2026/11/23 10:30:00 [warn] 35#35: conflicting server name", "server-error", "failure"],
])("tells what a web server says of itself from its errors: %s", (line, did, outcome) => {
  const { hot } = parseLine(line);
  expect([hot.did_what, hot.event_outcome]).toEqual([did, outcome]);
});

describe("Squid's access log", () => {
  const line = (rest: string): string => `1795999999.586    921 10.1.2.3 ${rest}`;

  test.each([
    ["native", line("NONE_NONE/000 0 - error:transaction-end-before-headers - HIER_NONE/- -")],
    [
      "combined",
      `10.1.2.3 - - [27/Nov/2026:22:07:08 +0000] "- error:transaction-end-before-headers NONE/0.0" 0 0 "-" "-" NONE_NONE:HIER_NONE`,
    ],
  ])("takes a connection that asked nothing for no request (%s)", (_, text) => {
    const { hot } = parseLine(text);
    expect(hot).toMatchObject({
      dataset: "squid.access",
      did_what: "connection-ended",
      url_full: "",
      what: "",
      source_ip: "10.1.2.3",
    });
  });

  it("answers the six questions and gives Sigma's proxy names", () => {
    const event = parseLine(
      line("TCP_MISS/200 507 GET http://www.example.com:8080/dl/a.exe?q=1 hanako HIER_DIRECT/192.0.2.1 text/html"),
    );
    expect(answersOf(event)).toEqual({
      when: "2026-11-30T00:53:19.586Z",
      who: "hanako",
      from: "10.1.2.3",
      with: "TCP_MISS",
      what: "http://www.example.com:8080/dl/a.exe?q=1",
      did: "http-request",
    });
    expect(event.logsource).toEqual({ product: "", category: "proxy", service: "squid" });
    expect({ ...event.fields }).toMatchObject({
      "c-ip": "10.1.2.3",
      "c-uri": "http://www.example.com:8080/dl/a.exe?q=1",
      "c-uri-query": "q=1",
      "c-uri-extension": "exe",
      "cs-host": "www.example.com",
      "cs-method": "GET",
      "sc-status": 200,
      "cs-username": "hanako",
      dst_ip: "192.0.2.1",
    });
    expect(event.hot.destination_port).toBe(8080);
  });

  test.each([
    [
      "TCP_DENIED/403 0 CONNECT bad.example.com:443 - HIER_NONE/- text/html",
      "http-request-denied",
      "failure",
      "bad.example.com",
    ],
    [
      "TCP_TUNNEL/200 99 CONNECT www.example.com:443 - HIER_DIRECT/192.0.2.1 -",
      "http-request",
      "success",
      "www.example.com",
    ],
    ["TCP_MISS/503 99 GET http://www.example.com/ - HIER_NONE/- -", "http-request", "failure", "www.example.com"],
  ])("%s is %s, %s", (rest, action, outcome, host) => {
    const { hot } = parseLine(line(rest));
    expect([hot.event_action, hot.event_outcome, hot.url_domain]).toEqual([action, outcome, host]);
  });

  it("knows Squid's combined format by the result at its end, and tells an empty user agent from none", () => {
    const event = parseLine(
      '10.1.2.3 - hanako [23/Nov/2026:19:30:00 +0900] "GET http://www.example.com/a HTTP/1.1" 200 507 "-" "-" TCP_MISS:HIER_DIRECT',
    );
    expect(event.logsource.category).toBe("proxy");
    expect(event.fields["c-useragent"]).toBe("");
    expect(event.fields["c-uri"]).toBe("http://www.example.com/a");
  });
});
