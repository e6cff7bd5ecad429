/**
 * The columns of PAN-OS's syslog by log type, named as its custom log formats name them ($src, $natsrc …), from the first on; `-` is a
 * column that it reserves. Later versions add at the end (8.0 to 11.1 in the comments), so that one list reads them all.
 * Source: PAN-OS Administrator's Guide, Syslog Field Descriptions, 8.0–11.1.
 */
const HEAD = "- receive_time serial type subtype - time_generated";

/** What traffic, threat and tunnel logs have in common: columns 7 to 30. */
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

const AUTHENTICATION = list(
  `${HEAD} vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile desc clienttype event factorno seqno`,
  `actionflags ${HIERARCHY} vsys_id authproto rule_uuid high_res_timestamp`,
);

/** A type's columns and where the ones are that every line needs. */
export type Layout = {
  readonly names: readonly string[];
  readonly preciseTimeAt: number;
  /** Has it the columns 7 to 30 that traffic and threat logs share? */
  readonly isSession: boolean;
};

const layout = (names: readonly string[]): Layout => ({
  names,
  preciseTimeAt: names.indexOf("high_res_timestamp"),
  isSession: names === TRAFFIC || names === THREAT,
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
]);

const UNKNOWN = layout(list(HEAD));

/** Of a type that is not known, the common head. */
export const layoutOf = (type: string): Layout => LAYOUTS.get(type) ?? UNKNOWN;
