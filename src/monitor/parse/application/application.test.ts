import { describe, expect, it, test } from "vitest";
import { parseLine } from "../testing.ts";

const syslog = (message: string): string => `<86>Nov 23 10:00:00 srv1 ${message}`;

describe("An application's own log", () => {
  test.each([
    [
      "[2026-11-23 10:00:00.125][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: ::1. Username: sato@example.com.",
      {
        dataset: "vaultwarden.server",
        user_name: "sato@example.com",
        source_ip: "::1",
        did_what: "logon-failed",
        log_level: "error",
      },
    ],
    [
      "[2026-11-23 10:00:00.125 +09:00] [WRN] [12] Jellyfin.Server.UserManager: Authentication request for sato has been denied (IP: 198.51.100.7).",
      { dataset: "jellyfin.server", user_name: "sato", source_ip: "198.51.100.7", log_level: "warning" },
    ],
    [
      '[23/Nov/2026:10:00:00 +0900] HIT 200 304 - GET https app.example.com "/a?b=1" [Client 198.51.100.7] [Length 15] [Gzip -] [Sent-to app1:80] "curl/8.5" "https://example.com/"',
      {
        dataset: "nginx-proxy-manager.access",
        category: "webserver",
        http_request_method: "GET",
        http_response_status_code: 304,
        url_domain: "app.example.com",
        url_path: "/a",
        destination_bytes: 15,
        user_agent_original: "curl/8.5",
        http_request_referrer: "https://example.com/",
        event_outcome: "success",
      },
    ],
    [
      "07/11/2026-10:29:01.860293  [**] [1:2200074:2] A rule [**] [Priority: 3] {TCP} 198.51.100.7:28487 -> 192.0.2.5:80",
      {
        dataset: "suricata.fast",
        source_port: 28487,
        destination_ip: "192.0.2.5",
        destination_port: 80,
        did_what: "attack-detected",
      },
    ],
    [
      "07/11/2026-10:29:01.860293  [Drop] [**] [1:2200074:2] A rule [**] [Priority: 3] {TCP} 198.51.100.7:28487 -> 192.0.2.5:80",
      { dataset: "suricata.fast", did_what: "attack-blocked" },
    ],
    [
      syslog("pveproxy[7]: authentication failure; rhost=198.51.100.7 user=sato@pve msg=no such user"),
      { dataset: "proxmox.server", user_name: "sato", host_name: "srv1" },
    ],
    [
      syslog(
        'a1b2c3[7]: [2026-11-23 09:59:58,125]  WARN {cps.web:1475} Login failed for user "sato" IP-address: 198.51.100.7',
      ),
      { dataset: "calibre-web.server", user_name: "sato", host_name: "srv1" },
    ],
  ])("%s", (line, columns) => expect(parseLine(line).hot).toMatchObject(columns));

  test.each([
    [
      "[Nest] 7  - 08/02/2026, 12:32:47 AM    WARN [AuthService] Failed login attempt for user a from ip address 192.0.2.1",
      "2026-08-02T00:32:47.000Z",
    ],
    [
      "11/20-10:00:00.125  [**] [1:469:3] PING [**] [Priority: 2] {ICMP} 192.0.2.1 -> 192.0.2.5",
      "2026-11-20T10:00:00.125Z",
    ],
    [
      "12/20-10:00:00.125  [**] [1:469:3] PING [**] [Priority: 2] {ICMP} 192.0.2.1 -> 192.0.2.5",
      "2025-12-20T10:00:00.125Z",
    ],
    ["I1123 10:00:00.684962       1 client.go:58] ACCEPT host=192.0.2.1 port=5 n=2/4096", "2026-11-23T10:00:00.684Z"],
    ["2026-11-23 10:00:00.110 +09:00 [Warning] Failed login attempt by IP: 192.0.2.1", "2026-11-23T01:00:00.110Z"],
  ])("tells its time: %s", (line, time) => expect(new Date(parseLine(line).timeMs).toISOString()).toBe(time));

  it("is not believed where another sentence stands in a line that anybody may write", () => {
    expect(parseLine("2026-11-23 10:00:00.110 [Warning] nothing that Ombi says").hot.dataset).toBe("syslog");
    expect(parseLine("[2026-11-23 10:00:00] WARNING in views: hello").hot.dataset).not.toBe("mailu.admin");
  });

  it("keeps what the product says beside its known sentences", () => {
    const { hot, fields } = parseLine("[2026-11-23 10:00:00.125][vaultwarden::auth][INFO] Loading keys");
    expect([hot.dataset, hot.did_what, hot.what, fields.module]).toEqual([
      "vaultwarden.server",
      "",
      "Loading keys",
      "vaultwarden::auth",
    ]);
  });
});

describe("JSON of applications", () => {
  it("of LAUREL is a record of the audit system with its command line", () => {
    const { hot, fields } = parseLine(
      '{"ID":"1795000000.843:30826","SYSCALL":{"syscall":59,"success":"yes","ppid":39,"pid":71,"auid":1000,"comm":"cat","exe":"/usr/bin/cat","SYSCALL":"execve","AUID":"sato"},"EXECVE":{"argc":2,"ARGV":["cat","/etc/shadow"]}}',
    );
    expect(hot).toMatchObject({
      dataset: "linux.auditd",
      category: "process_creation",
      user_name: "sato",
      did_what: "process-started",
    });
    expect(fields).toMatchObject({
      type: "SYSCALL",
      serial: "30826",
      CommandLine: "cat /etc/shadow",
      Image: "/usr/bin/cat",
    });
  });

  it("of Nextcloud tells the account that failed, and the file that was deleted", () => {
    const common = {
      reqId: "x",
      time: "2026-11-23T10:00:00+00:00",
      remoteAddr: "198.51.100.7",
      app: "core",
      method: "POST",
      url: "/login",
    };
    const failed = parseLine(
      JSON.stringify({ ...common, user: "--", message: "Login failed: sato (Remote IP: 198.51.100.7)" }),
    ).hot;
    expect([failed.user_name, failed.source_ip, failed.did_what]).toEqual(["sato", "198.51.100.7", "logon-failed"]);
    const outcomeOf = (message: string) => {
      const { hot } = parseLine(JSON.stringify({ ...common, app: "admin_audit", user: "--", message }));
      return [hot.did_what, hot.event_outcome, hot.user_name];
    };
    expect(outcomeOf('Login attempt: "sato"')).toEqual(["credentials-checked", "unknown", "sato"]);
    expect(outcomeOf('Login successful: "sato"')).toEqual(["logged-on", "success", "sato"]);
    const deleted = parseLine(JSON.stringify({ ...common, user: "sato", message: 'File deleted: "/a.png"' })).hot;
    expect([deleted.user_name, deleted.file_path, deleted.did_what]).toEqual(["sato", "/a.png", "file-deleted"]);
  });
});

describe("Other lines without a head", () => {
  test.each([
    [
      "aws.alb",
      'h2 2026-11-23T10:00:00.1Z app/lb1/1 198.51.100.7:44740 - -1 -1 -1 403 - 204 167 "GET https://a.example.com:443/x HTTP/2.0" "curl/8.5" - - - "Root=1" "-" "-" 0 2026-11-23T10:00:00.1Z "waf,fixed-response" "-" "-" "-" "-" "-" "-"',
      "http-request-denied",
    ],
    [
      "exchange.smtp",
      "2026-11-23T10:00:00.270Z,MX1\\Default,08DA4F7C11473A60,0,192.0.2.5:25,198.51.100.7:53722,+,,",
      "connection-opened",
    ],
    [
      "exchange.imap",
      "2026-11-23T10:00:00.530Z,000000000000000E,2,192.0.2.5:143,198.51.100.7:35070,sato,168,31,31,login,sato *****,R=ok",
      "logged-on",
    ],
    [
      "windows.security",
      "2026 Nov 23 10:00:00 WinEvtLog: Security: AUDIT_SUCCESS(1102): Microsoft-Windows-Eventlog: a: B: WS1: The audit log was cleared.",
      "log-cleared",
    ],
    [
      "nginx.error",
      "2026/11/23 10:00:00 [info] 8#8: *1 client 198.51.100.7:53044 connected to 192.0.2.5:25",
      "connection-opened",
    ],
    [
      "bind.query",
      "security: client @0x7f37ac012d98 ::1#62518 (example.com): zone transfer 'example.com/AXFR/IN' denied",
      "zone-transfer",
    ],
  ])("are %s", (dataset, line, action) => {
    const { hot } = parseLine(line);
    expect([hot.dataset, hot.did_what]).toEqual([dataset, action]);
  });
});
