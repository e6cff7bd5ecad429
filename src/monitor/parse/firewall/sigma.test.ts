import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTarGz } from "../../../../tests/support/tar.ts";
import { compileRules, type RuleSet } from "../../detect/index.ts";
import { parseLine } from "../testing.ts";

const RULES = resolve("../shared/data/sigma/rules.tar.gz");

const at = (message: string): string => `<189>Nov 23 10:00:00 rt1 ${message}`;
const logged = (command: string): string =>
  at(`45: Nov 23 10:00:00: %PARSER-5-CFGLOG_LOGGEDCMD: User:sato  logged command:${command}`);
const fortigate = (action: string, path: string): string =>
  `date=2026-11-23 time=10:00:00 devname="fg1" devid="FG1" logid="0100044546" type="event" subtype="system" level="information" vd="root" logdesc="Attribute configured" user="sato" ui="GUI(203.0.113.7)" action="${action}" cfgpath="${path}" cfgobj="x" msg="${action} ${path} x"`;

/** Devices' own lines and the file names of the SigmaHQ rules that must fire on them. */
const HITS: readonly (readonly [string, string])[] = [
  ["cisco_cli_clear_logs", logged("clear logging")],
  ["cisco_cli_disable_logging", logged("no logging host 10.1.2.3")],
  ["cisco_cli_local_accounts", logged("username backup privilege 15 secret x")],
  ["cisco_bgp_md5_auth_failed", at(": %IP-TCP-3-BADAUTH : Invalid MD5 digest from 10.0.0.1:179 to 10.0.0.2:40000")],
  ["cisco_ldp_md5_auth_failed", at("46: Nov 23 10:00:00: %LDP-4-TCPMD5AuthenFail: LDP session 10.0.0.1:646")],
  [
    "cisco_syslog_cve_2023_20198_ios_xe_web_ui",
    at("47: Nov 23 10:00:00: %SEC_LOGIN-5-WEBLOGIN_SUCCESS: Login Success [user: cisco_support] [Source: 203.0.113.7]"),
  ],
  [
    "cisco_syslog_cve_2023_20198_ios_xe_web_ui",
    at(
      "48: Nov 23 10:00:00: %SYS-5-CONFIG_P: Configured programmatically by process SEP_webui from console as cisco_tac_admin",
    ),
  ],
  ["juniper_bgp_missing_md5", at("/kernel: tcp_auth_ok: Packet from 203.0.113.7:179 missing MD5 digest")],
  ["fortinet_fortigate_new_admin_account_created", fortigate("Add", "system.admin")],
  ["fortinet_fortigate_new_firewall_policy_added", fortigate("Add", "firewall.policy")],
  ["fortinet_fortigate_user_group_modified", fortigate("Edit", "user.group")],
  [
    "fortinet_fortigate_new_local_user_created",
    "CEF:0|Fortinet|Fortigate|v7.4.1|44547|event:system|4|deviceExternalId=FG100 cat=event:system FTNTFGTsubtype=system duser=sato act=Add FTNTFGTcfgpath=user.local FTNTFGTcfgobj=x msg=Add user.local x",
  ],
  [
    "net_firewall_cleartext_protocols",
    '<134>1 2026-11-23T10:00:00Z gw1 CheckPoint 7 - [action:"Accept"; origin:"192.0.2.1"; src:"10.1.2.3"; s_port:"51000"; dst:"203.0.113.9"; service:"23"; proto:"6"]',
  ],
  [
    "net_firewall_cleartext_protocols",
    at("kernel: [UFW ALLOW] IN=eth0 OUT= SRC=203.0.113.9 DST=10.1.2.3 LEN=40 PROTO=TCP SPT=51000 DPT=23 SYN"),
  ],
  [
    "net_firewall_apt_equationgroup_c2",
    '<166>Nov 23 2026 10:00:00 asa1 : %ASA-4-106023: Deny tcp src inside:10.1.2.3/51000 dst outside:69.42.98.86/443 by access-group "inside_out"',
  ],
  [
    "net_firewall_apt_equationgroup_c2",
    at("[INSPECT] PP[01][out][101098] TCP 10.1.2.3:51000 > 69.42.98.86:443 (2026/11/23 10:00:00)"),
  ],
];

describe.skipIf(!existsSync(RULES))("SigmaHQ's rules for firewalls and routers", () => {
  let rules: RuleSet = compileRules([]);

  beforeAll(async () => {
    const wanted = new Set(HITS.map(([name]) => `${name}.yml`));
    const files = (await readTarGz(RULES)).filter(({ name }) => wanted.has(name.slice(name.lastIndexOf("/") + 1)));
    rules = compileRules(files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") })));
  });

  test.each(HITS)("%s fires on %s", (name, line) => {
    const fired = rules.match(parseLine(line)).map((index) => rules.rules[index]?.origin ?? "");
    expect(fired.filter((origin) => origin.endsWith(`/${name}.yml`))).toHaveLength(1);
  });
});
