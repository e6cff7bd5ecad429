import type { EventsDb } from "../src/platform/events/index.ts";

/** Seven days of a company's logs, made by the engine itself: firewall, proxy, Windows logons and sshd in realistic shares. */
export type FillOptions = { readonly rows: number; readonly endMs: number };

/** The stream of the events that are filled in; their seq counts from 0. */
export const FILL_STREAM = 7;
const CHUNK = 500_000;
export const SPAN_MS = 7 * 86_400_000;
/** One event in so many carries the rare word, the rare host and the rare address, each in its own events. */
export const RARE_EVERY = 1_000_003;

const FILL = `
INSERT INTO events (time, received, stream, seq, unit_id, source_id, answered, rule_ids, dataset, product, category, who, where_from,
  with_what, what, did_what, event_code, event_action, event_outcome, event_severity, host_name, user_name, source_ip, source_port,
  source_bytes, destination_ip, destination_port, destination_bytes, network_transport, process_name, url_domain, url_path,
  http_request_method, http_response_status_code, user_agent_original, fields, raw)
WITH
  number AS n,
  cityHash64(n, 1) AS r1, cityHash64(n, 2) AS r2, cityHash64(n, 3) AS r3, cityHash64(n, 4) AS r4, cityHash64(n, 5) AS r5,
  r1 % 100 AS kind,
  multiIf(kind < 70, 'firewall', kind < 85, 'proxy', kind < 95, 'windows', 'sshd') AS set_name,
  multiIf(n % {rare:UInt64} = 7, 'kiosk-rare', concat(multiIf(kind < 70, 'fw', kind < 85, 'px', kind < 95, 'pc', 'srv'), toString(toUInt32(pow(r2 % 1000, 2) / 2500)))) AS host,
  concat('user', toString(toUInt32(pow(r3 % 3000, 2) / 3000))) AS user,
  if(n % {rare:UInt64} = 11, '203.0.113.77', concat('10.', toString(r4 % 4), '.', toString(intDiv(r4, 4) % 256), '.', toString(intDiv(r4, 1024) % 256))) AS src,
  concat(toString(20 + r5 % 180), '.', toString(intDiv(r5, 180) % 256), '.', toString(intDiv(r5, 46080) % 256), '.', toString(r1 % 256)) AS dst,
  [443, 443, 443, 80, 53, 22, 445, 3389, 8080, 25][1 + r2 % 10] AS dport,
  multiIf(kind < 70, if(r3 % 12 = 0, 'deny', 'allow'), kind < 85, 'request', kind < 95, 'logon', 'login') AS action,
  if(action = 'deny' OR (kind >= 85 AND r4 % 20 = 0) OR (kind BETWEEN 70 AND 84 AND r4 % 15 = 0), 'failure', 'success') AS outcome,
  concat(['www', 'api', 'cdn', 'mail', 'static'][1 + r3 % 5], toString(r4 % 2000), '.', ['example.com', 'example.jp', 'example.net'][1 + r5 % 3]) AS domain,
  concat('/', ['index', 'login', 'images', 'v1/items', 'static/app'][1 + r1 % 5], '/', lower(hex(r5 % 65536))) AS path,
  1024 + r3 % 60000 AS sport, 64 + r4 % 5000 AS sent, r5 % 200000 AS got,
  toDateTime64(({start:Int64} + n * {step:Float64}) / 1000, 3, 'UTC') AS at,
  if(n % {rare:UInt64} = 13, ' mimikatz 不正アクセス', '') AS rare_text
SELECT at, at + toIntervalMillisecond(r2 % 3000), 7, n, if(r2 % 4 = 0, 'unit_osaka', 'unit_hq'), concat('source_', set_name), 6,
  if(r5 % 5000 = 0, [concat('rule-', toString(r1 % 40))], CAST([], 'Array(String)')),
  set_name, multiIf(kind < 70, 'fortios', kind < 85, 'squid', kind < 95, 'windows', 'linux'), if(kind < 85, 'network', 'authentication'),
  user, src, multiIf(kind < 70, 'tcp', kind < 85, 'Chrome', kind < 95, 'NTLM', 'ssh2'), if(kind < 85, concat(domain, path), host), concat(action, ' ', outcome),
  multiIf(kind < 85, '', kind < 95, if(outcome = 'failure', '4625', '4624'), ''), action, outcome, if(outcome = 'failure', 5, 3), host, user, toIPv6(src), sport,
  sent, toIPv6(dst), dport, got, 'tcp', multiIf(kind < 85, '', kind < 95, 'lsass.exe', 'sshd'), if(kind < 85, domain, ''), if(kind BETWEEN 70 AND 84, path, ''),
  if(kind BETWEEN 70 AND 84, ['GET', 'GET', 'POST'][1 + r1 % 3], ''), if(kind BETWEEN 70 AND 84, [200, 200, 304, 404, 500][1 + r2 % 5], 0),
  if(kind BETWEEN 70 AND 84, concat('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/', toString(100 + r3 % 40)), ''),
  multiIf(kind < 70, map('srcip', src, 'dstip', dst, 'srcport', toString(sport), 'dstport', toString(dport), 'action', action, 'policyid', toString(r2 % 90), 'sessionid', toString(r4 % 4294967296), 'hostname', domain, 'rcvdbyte', toString(got), 'sentbyte', toString(sent)),
   kind BETWEEN 85 AND 94, map('EventID', if(outcome = 'failure', '4625', '4624'), 'TargetUserName', user, 'IpAddress', src, 'LogonType', toString([2, 3, 3, 3, 10][1 + r3 % 5]), 'Computer', host, 'SubjectUserSid', concat('S-1-5-21-', toString(r3 % 3000))),
   map('client', src, 'user', user, 'host', host)),
  concat(
   multiIf(kind < 70, concat('<134>date=2026-11-22 devname="', host, '" logid="0000000013" type="traffic" srcip=', src, ' srcport=', toString(sport), ' dstip=', dst, ' dstport=', toString(dport), ' action="', action, '" policyid=', toString(r2 % 90), ' sessionid=', toString(r4 % 4294967296), ' hostname="', domain, '" url="', path, '" sentbyte=', toString(sent), ' rcvdbyte=', toString(got), ' user="', user, '"'),
    kind < 85, concat(toString(toUnixTimestamp64Milli(at)), ' ', src, ' TCP_MISS/', toString(200 + r2 % 5), ' ', toString(got), ' GET https://', domain, path, ' ', user, ' HIER_DIRECT/', dst, ' text/html "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/', toString(100 + r3 % 40), '"'),
    kind < 95, concat('{"EventID":', if(outcome = 'failure', '4625', '4624'), ',"Channel":"Security","Computer":"', host, '","TargetUserName":"', user, '","IpAddress":"', src, '","LogonType":', toString([2, 3, 3, 3, 10][1 + r3 % 5]), ',"SubjectUserSid":"S-1-5-21-', toString(r3 % 3000), '","Message":"An account ', if(outcome = 'failure', 'failed to log on', 'was successfully logged on'), '","WorkstationName":"', upper(host), '"}'),
    concat('<38>Nov 22 10:00:00 ', host, ' sshd[', toString(r2 % 30000), ']: ', if(outcome = 'failure', 'Failed', 'Accepted'), ' password for ', user, ' from ', src, ' port ', toString(sport), ' ssh2')),
   rare_text)
FROM numbers({offset:UInt64}, {count:UInt64})`;

export async function fillEvents(events: EventsDb, { rows, endMs }: FillOptions): Promise<void> {
  for (let offset = 0; offset < rows; offset += CHUNK) {
    await events.command(FILL, {
      offset,
      count: Math.min(CHUNK, rows - offset),
      rare: RARE_EVERY,
      start: endMs - SPAN_MS,
      step: SPAN_MS / rows,
    });
  }
}
