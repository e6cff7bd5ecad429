const TAGS =
  '[file "/etc/crs/REQUEST-942.conf"] [line "79"] [id "942100"] [msg "SQL Injection"] [data "Matched \\"x\\" [id \\"1\\"]"] [severity "CRITICAL"] [tag "attack-sqli"] [tag "PCI/6.5.2"] [hostname "www.example.com"] [uri "/a"] [unique_id "YVX"]';
const at = (message: string): string => `<134>Nov 23 10:00:00 lb1 haproxy[7]: ${message}`;
const AGENT = '"Host":"www.example.com","User-Agent":"curl/8.1"';

/** Lines of web servers' and proxies' guards that say at least five of the six answers. */
export const WEB_SAMPLES: readonly string[] = [
  `[Mon Nov 23 10:00:00.125000 2026] [:error] [pid 7:tid 9] [client 198.51.100.7:4711] [client 198.51.100.7] ModSecurity: Access denied with code 403 (phase 2). detected SQLi using libinjection. ${TAGS}`,
  `2026/11/23 10:00:00 [info] 7#9: *3 ModSecurity: Warning. Matched "Operator \`Rx' with parameter" ${TAGS}, client: 198.51.100.7, server: www.example.com, request: "GET /a?b=1 HTTP/1.1"`,
  `{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Mon Nov 23 10:00:00 2026","client_port":4711,"host_ip":"192.0.2.5","host_port":443,"unique_id":"x","request":{"method":"GET","http_version":1.1,"uri":"/a?b=1","headers":{${AGENT}}},"response":{"http_code":403,"headers":{}},"producer":{"modsecurity":"ModSecurity v3.0.4 (Linux)","secrules_engine":"Enabled"},"messages":[{"message":"SQL Injection","details":{"ruleId":"942100","severity":"2","data":"x","tags":["attack-sqli"]}}]}}`,
  `{"transaction":{"time":"23/Nov/2026:10:00:00 +0000","transaction_id":"x","remote_address":"198.51.100.7","remote_port":4711,"local_address":"192.0.2.5","local_port":443},"request":{"request_line":"GET /a?b=1 HTTP/1.1","headers":{${AGENT}}},"response":{"protocol":"HTTP/1.1","status":200},"audit_data":{"messages":["Warning. Pattern match [id \\"942100\\"] [msg \\"SQL Injection\\"]"]}}`,
  [
    "--a1b2c3d4-A--",
    "[23/Nov/2026:10:00:00 +0000] YVX 198.51.100.7 4711 192.0.2.5 443",
    "--a1b2c3d4-B--",
    "GET /a?b=1 HTTP/1.1",
    "Host: www.example.com",
    "User-Agent: curl/8.1",
    "",
    "--a1b2c3d4-F--",
    "HTTP/1.1 403 Forbidden",
    "",
    "--a1b2c3d4-H--",
    `Message: Access denied with code 403 (phase 2). detected SQLi. ${TAGS}`,
    "--a1b2c3d4-Z--",
  ].join("\n"),
  at(
    '198.51.100.7:4711 [23/Nov/2026:10:00:00.125] web~ app/app1 1/0/2/30/33 200 512 - - ---- 1/1/0/0/0 0/0 {www.example.com} "GET /a?b=1 HTTP/1.1"',
  ),
  at("198.51.100.7:4711 [23/Nov/2026:10:00:00.125] db mysql/db1 0/0/5007 212 -- 0/0/0/0/3 0/0"),
  at("2001:db8::7:4711 [23/Nov/2026:10:00:00.125] web/1: SSL handshake failure"),
  at("Connect from 198.51.100.7:4711 to 192.0.2.5:80 (web/HTTP)"),
  at("Server app/app1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 0 active and 0 backup servers left."),
  '198.51.100.7:4711 [23/Nov/2026:10:00:00.125] web web/<NOSRV> -1/-1/-1/-1/0 400 187 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"',
  "[Mon Nov 23 10:00:00.125 2026] [auth_basic:error] [pid 7] [client 198.51.100.7:4711] AH01618: user sato not found: /admin",
  '2026/11/23 10:00:00 [error] 7#9: *3 user "sato": password mismatch, client: 198.51.100.7, server: a.example, request: "GET /x HTTP/1.1", host: "a.example"',
  "<131>Nov 23 10:00:00 web1 httpd[7]: [error] [client 198.51.100.7] client denied by server configuration: /var/www/.git",
];
