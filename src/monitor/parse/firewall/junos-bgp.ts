import { classify, type Reading } from "../reading.ts";
import { answer, setDevice, setMessage } from "./answer.ts";
import { readEndpoints } from "./endpoints.ts";

/**
 * Junos's kernel on a BGP session whose packets lack or fail their MD5 digest: `tcp_auth_ok: Packet from 192.0.2.7:179 missing MD5 digest`.
 * Where from: the peer. With what: bgp. What: the message. Did what: a connection that failed.
 * Fields: the envelope's. Sigma: product `juniper`, service `bgp`. Severity and time: the envelope's. Source: Junos OS System Log Explorer.
 */
export function readJunosBgp(event: Reading, message: string): boolean {
  if (!message.startsWith("tcp_auth_ok: ")) return false;
  const { hot } = event;
  const [peer] = readEndpoints(message);
  classify(hot, "junos.kernel", { product: "juniper", category: "", service: "bgp" });
  setDevice(hot, { vendor: "Juniper", product: "Junos", name: "" });
  setMessage(hot, message);
  hot.source_ip = peer?.ip ?? "";
  hot.source_port = peer?.port ?? 0;
  hot.network_protocol = "bgp";
  answer(hot, ["connection-failed", "failure"]);
  return true;
}
