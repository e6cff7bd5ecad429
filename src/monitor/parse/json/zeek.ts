import type { Action } from "../contract.ts";
import { fillColumns } from "../generic.ts";
import { act, bounded, classify, endpoint, firstText, type Reading, textOf } from "../reading.ts";

/**
 * Zeek's JSON logs. The log is named by `_path` where a shipper adds it, else by the fields that only it has.
 * Who: user or username. Where from: id.orig_h. With what: user agent, client, else service or protocol.
 * What: URL, query, file, note, `id.resp_h:port`. Source: Zeek 7 log reference. Fields keep Zeek's names, as Sigma's zeek rules do.
 */
export function readZeek(event: Reading): void {
  const { fields, hot } = event;
  const path = bounded(textOf(fields, "_path") || pathOf(event));
  classify(hot, `zeek.${path === "" ? "log" : path}`, { product: "zeek", category: "", service: path });
  fillColumns(event);
  hot.observer_product = "Zeek";
  if (path === "conn") hot.service_name = textOf(fields, "service");
  act(hot, actionOf(path), "");
  hot.who = bounded(hot.user_name);
  hot.where_from = hot.source_ip;
  hot.with_what = bounded(
    hot.user_agent_original ||
      firstText(fields, ["client", "service", "version", "endpoint"]) ||
      hot.network_transport ||
      path,
  );
  const uri = textOf(fields, "uri");
  const far = endpoint(hot.destination_domain || hot.destination_ip, hot.destination_port);
  hot.what = bounded(
    (uri === "" ? "" : textOf(fields, "host") + uri) ||
      hot.dns_question_name ||
      firstText(fields, ["note", "filename", "name", "operation"]) ||
      far,
  );
  if (path === "http") {
    hot.host_name = "";
    hot.url_domain = textOf(fields, "host");
    hot.url_path = uri;
  }
}

const SIGNS: readonly (readonly [string, string])[] = [
  ["conn_state", "conn"],
  ["qtype_name", "dns"],
  ["rcode_name", "dns"],
  ["status_code", "http"],
  ["uri", "http"],
  ["cert_chain_fps", "ssl"],
  ["cipher", "ssl"],
  ["certificate.serial", "x509"],
  ["auth_success", "ssh"],
  ["dce_rpc", "dce_rpc"],
  ["opnum", "dce_rpc"],
  ["request_type", "kerberos"],
  ["mime_type", "files"],
  ["note", "notice"],
];

function pathOf(event: Reading): string {
  for (const [field, path] of SIGNS) if (event.fields[field] !== undefined) return path;
  return "";
}

const ACTIONS_BY_PATH = new Map<string, Action>([
  ["conn", "connection-ended"],
  ["dns", "dns-query"],
  ["http", "http-request"],
  ["ssl", "connection-opened"],
  ["ssh", "connection-opened"],
  ["rdp", "connection-opened"],
  ["files", "file-transferred"],
  ["smb_files", "file-accessed"],
  ["smb_mapping", "share-accessed"],
  ["ftp", "file-transferred"],
  ["smtp", "mail-transferred"],
  ["dhcp", "address-leased"],
  ["kerberos", "ticket-requested"],
  ["ntlm", "credentials-checked"],
  ["notice", "attack-detected"],
  ["dce_rpc", "api-called"],
]);

const actionOf = (path: string): Action | "" => ACTIONS_BY_PATH.get(path) ?? "";
