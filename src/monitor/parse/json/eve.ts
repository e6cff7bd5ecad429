import type { Action } from "../contract.ts";
import { fillColumns } from "../generic.ts";
import { act, addField, bounded, classify, endpoint, type Reading, textOf } from "../reading.ts";

/**
 * Suricata EVE, by its event_type. Who: the user of the session (smb, krb5, ftp), mostly unknown. Where from: src_ip. With what:
 * user agent, else protocol. What: alert signature, URL, query, TLS name, `dest_ip:port`. Source: Suricata 8 EVE JSON format.
 */
export function readEve(event: Reading): void {
  const { fields, hot } = event;
  const type = bounded(textOf(fields, "event_type"));
  const isBlocked = textOf(fields, "alert.action") === "blocked" || textOf(fields, "verdict.action") === "drop";
  classify(hot, `suricata.${type}`, { product: "suricata", category: categoryOf(type), service: type });
  fillColumns(event);
  hot.observer_vendor = "OISF";
  hot.observer_product = "Suricata";
  hot.host_name = "";
  hot.observer_name = textOf(fields, "host");
  act(hot, actionOf(type, isBlocked), isBlocked ? "failure" : "success");
  if (hot.category === "dns") {
    addField(event, "query", hot.dns_question_name);
    addField(event, "record_type", hot.dns_question_type);
  }
  const severity = Number(fields["alert.severity"]);
  if (severity >= 1 && severity <= 4) hot.event_severity = [9, 6, 3, 1][severity - 1] ?? 0;
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip;
  hot.with_what = bounded(hot.user_agent_original || hot.network_protocol || hot.network_transport);
  const far = endpoint(hot.url_domain || hot.destination_domain || hot.destination_ip, hot.destination_port);
  hot.what = bounded(
    textOf(fields, "alert.signature") ||
      urlOf(textOf(fields, "http.hostname"), textOf(fields, "http.url")) ||
      hot.dns_question_name ||
      hot.file_path ||
      far,
  );
}

const urlOf = (host: string, url: string): string => (url.startsWith("/") ? host + url : url || host);
const categoryOf = (type: string): string => (type === "dns" ? "dns" : "");

function actionOf(type: string, isBlocked: boolean): Action | "" {
  switch (type) {
    case "alert":
    case "anomaly":
      return isBlocked ? "attack-blocked" : "attack-detected";
    case "drop":
      return "connection-denied";
    case "http":
      return "http-request";
    case "dns":
      return "dns-query";
    case "fileinfo":
    case "smb":
    case "nfs":
    case "ftp_data":
      return "file-transferred";
    case "smtp":
      return "mail-transferred";
    case "flow":
    case "netflow":
      return "connection-ended";
    case "tls":
    case "ssh":
    case "rdp":
    case "krb5":
      return "connection-opened";
    case "dhcp":
      return "address-leased";
    default:
      return "";
  }
}
