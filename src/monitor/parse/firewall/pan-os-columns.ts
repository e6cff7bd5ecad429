/**
 * The columns of PAN-OS's syslog by log type, named as its custom log formats name them ($src, $natsrc …), from the first on; `-` is a
 * column that it reserves. Later versions add at the end (8.0 to 11.1 in the comments), so that one list reads them all.
 * Source: PAN-OS Administrator's Guide, Syslog Field Descriptions, 8.0–11.1.
 */
const HEAD = "- receive_time serial type subtype - time_generated";

/** What logs of sessions (traffic, threat, decryption, tunnel) have in common: columns 7 to 30. */
const SESSION =
  "src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset - sessionid repeatcnt sport dport natsport natdport flags proto action";
const HIERARCHY = "dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name";
/** 10.0: what Device-ID knows of both ends. */
const DEVICES =
  "src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac container_id pod_namespace pod_name src_edl dst_edl hostid serialnumber";
/** 10.1: what App-ID knows of the application. */
const APPLICATION =
  "subcategory_of_app category_of_app technology_of_app risk_of_app characteristic_of_app container_of_app tunneled_app is_saas_of_app sanctioned_state_of_app";

const list = (...parts: string[]): readonly string[] => parts.join(" ").split(" ");

const TRAFFIC = list(
  `${HEAD} ${SESSION} bytes bytes_sent bytes_received packets start elapsed category - seqno actionflags srcloc dstloc -`,
  `pkts_sent pkts_received session_end_reason ${HIERARCHY} action_source`,
  // 8.0, 8.1, 9.0, 9.1
  "src_uuid dst_uuid tunnelid monitortag parent_session_id parent_start_time tunnel assoc_id chunks chunks_sent chunks_received",
  "rule_uuid http2_connection link_change_count policy_id link_switches sdwan_cluster sdwan_device_type sdwan_cluster_type sdwan_site dynusergroup_name",
  // 10.0 to 11.1
  `xff_ip ${DEVICES} src_dag dst_dag session_owner high_res_timestamp nssai_sst nssai_sd ${APPLICATION} offloaded flow_type cluster_name`,
);

const THREAT = list(
  `${HEAD} ${SESSION} misc threatid category severity direction seqno actionflags srcloc dstloc - contenttype pcap_id filedigest cloud`,
  `url_idx user_agent filetype xff referer sender subject recipient reportid ${HIERARCHY} -`,
  // 8.0, 8.1, 9.0, 9.1
  "src_uuid dst_uuid http_method tunnelid monitortag parent_session_id parent_start_time tunnel thr_category contentver - assoc_id ppid",
  "http_headers url_category_list rule_uuid http2_connection dynusergroup_name",
  // 10.0 to 11.1
  `xff_ip ${DEVICES} domain_edl src_dag dst_dag partial_hash high_res_timestamp reason justification nssai_sst ${APPLICATION} cloud_reportid cluster_name flow_type`,
);

const SYSTEM = list(
  `${HEAD} vsys eventid object - - module severity opaque seqno actionflags ${HIERARCHY} - - high_res_timestamp`,
);

const CONFIG = list(
  `${HEAD} host vsys cmd admin client result path seqno actionflags ${HIERARCHY} dg_id comment - high_res_timestamp`,
);

/** 9.1 on: in 9.0 and before, GlobalProtect wrote system logs. */
const GLOBALPROTECT = list(
  `${HEAD} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip public_ipv6 private_ip private_ipv6 hostid`,
  "serialnumber client_ver client_os client_os_ver repeatcnt reason error opaque status location login_duration connect_method error_code portal",
  `seqno actionflags high_res_timestamp selection_type response_time priority attempted_gateways gateway ${HIERARCHY} vsys_id`,
);

const USERID = list(
  `${HEAD} vsys ip user datasourcename eventid repeatcnt timeout beginport endport datasource datasourcetype seqno actionflags ${HIERARCHY}`,
  "vsys_id factortype factorcompletiontime factorno - - ugflags userbysource tag_name high_res_timestamp origindatasource",
);

const HIPMATCH = list(
  `${HEAD} srcuser vsys machinename os src matchname repeatcnt matchtype - - seqno actionflags ${HIERARCHY}`,
  "vsys_id srcipv6 hostid serialnumber mac high_res_timestamp",
);

/** 10.0 on. Its columns 7 to 30 are the session's, and 21 says when it was logged. */
const DECRYPTION = list(
  `${HEAD} ${SESSION} tunnel - - src_uuid dst_uuid rule_uuid hs_stage_c2f hs_stage_f2s tls_version tls_keyxchg tls_enc tls_auth policy_name`,
  "ec_curve err_index root_status chain_status proxy_type cert_serial fingerprint notbefore notafter cert_ver cert_size cn_len issuer_len",
  "rootcn_len sni_len cert_flags cn issuer_cn root_cn sni error container_id pod_namespace pod_name src_edl dst_edl src_dag dst_dag",
  "high_res_timestamp src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac dst_category dst_profile",
  `dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac seqno actionflags ${HIERARCHY} vsys_id ${APPLICATION} cluster_name`,
);

const TUNNEL = list(
  `${HEAD} ${SESSION} severity seqno actionflags srcloc dstloc ${HIERARCHY} tunnelid monitortag parent_session_id parent_start_time tunnel`,
  "bytes bytes_sent bytes_received packets pkts_sent pkts_received max_encap unknown_proto strict_check tunnel_fragment sessions_created",
  "sessions_closed session_end_reason action_source start elapsed tunnel_insp_rule remote_user_ip remote_user_id rule_uuid pcap_id",
  "dynusergroup_name src_edl dst_edl high_res_timestamp",
);

const IPTAG = list(
  `${HEAD} vsys ip tag_name event_id repeatcnt timeout datasourcename datasource_type datasource_subtype seqno actionflags ${HIERARCHY}`,
  "vsys_id ip_subnet_range high_res_timestamp",
);

const CORRELATION = list(
  `${HEAD} src srcuser vsys category severity ${HIERARCHY} vsys_id objectname object_id evidence`,
);

const AUTHENTICATION = list(
  `${HEAD} vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile desc clienttype event factorno seqno`,
  `actionflags ${HIERARCHY} vsys_id authproto rule_uuid high_res_timestamp`,
);

/** A type's columns and where the ones are that every line needs. */
export type Layout = {
  readonly names: readonly string[];
  readonly preciseTimeAt: number;
  /** Has it the columns 7 to 30 that logs of sessions share? */
  readonly isSession: boolean;
};

const layout = (names: readonly string[]): Layout => ({
  names,
  preciseTimeAt: names.indexOf("high_res_timestamp"),
  isSession: [TRAFFIC, THREAT, DECRYPTION, TUNNEL].includes(names),
});

const LAYOUTS = new Map<string, Layout>([
  ["TRAFFIC", layout(TRAFFIC)],
  ["THREAT", layout(THREAT)],
  ["SYSTEM", layout(SYSTEM)],
  ["CONFIG", layout(CONFIG)],
  ["GLOBALPROTECT", layout(GLOBALPROTECT)],
  ["USERID", layout(USERID)],
  ["HIPMATCH", layout(HIPMATCH)],
  ["HIP-MATCH", layout(HIPMATCH)],
  ["AUTHENTICATION", layout(AUTHENTICATION)],
  ["DECRYPTION", layout(DECRYPTION)],
  ["TUNNEL", layout(TUNNEL)],
  ["IPTAG", layout(IPTAG)],
  ["CORRELATION", layout(CORRELATION)],
]);

const UNKNOWN = layout(list(HEAD));

/** Of a type that is not known, the common head. */
export const layoutOf = (type: string): Layout => LAYOUTS.get(type) ?? UNKNOWN;

/** The types that PAN-OS is known to write, with a list of columns here or without one. */
export const isLogType = (type: string): boolean => LAYOUTS.has(type) || OTHERS.has(type);
const OTHERS = new Set(["SCTP", "GTP", "URL", "DATA", "WILDFIRE", "AUDIT"]);
