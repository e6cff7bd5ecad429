import type { Fields } from "../../event/index.ts";

/** Fields that only one log has, the surest first. */
const SIGNS: readonly (readonly [string, string])[] = [
  ["conn_state", "conn"],
  ["qtype_name", "dns"],
  ["rcode_name", "dns"],
  ["rtt", "dns"],
  ["cert_chain_fps", "ssl"],
  ["cipher_alg", "ssh"],
  ["auth_success", "ssh"],
  ["tunnel_type", "tunnel"],
  ["opnum", "dce_rpc"],
  ["named_pipe", "dce_rpc"],
  ["request_type", "kerberos"],
  ["domainname", "ntlm"],
  ["data_channel.passive", "ftp"],
  ["mailfrom", "smtp"],
  ["helo", "smtp"],
  ["request_from", "sip"],
  ["share_type", "smb_mapping"],
  ["client_protocols", "websocket"],
  ["status_code", "http"],
  ["trans_depth", "http"],
  ["uri", "http"],
  ["cipher", "ssl"],
  ["certificate.serial", "x509"],
  ["note", "notice"],
  ["fuid", "files"],
  ["msg_types", "dhcp"],
  ["section_names", "pe"],
];

/** The log that a JSON record without a name comes from, by a field that only it has; "" when unclear. */
export function logOf(fields: Fields): string {
  for (const [field, path] of SIGNS) if (fields[field] !== undefined) return path;
  return "";
}

/** Is a JSON record Zeek's? Most logs name the connection; others their file or their connections. */
export const isZeek = (fields: Fields): boolean =>
  fields["id.orig_h"] !== undefined ||
  (fields.ts !== undefined &&
    (fields._path !== undefined ||
      fields.fuid !== undefined ||
      (fields.uids !== undefined && fields.msg_types !== undefined) ||
      fields["certificate.serial"] !== undefined));
