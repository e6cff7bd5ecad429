/** Lines of each format as its devices write them, all our own: what tests read, mutate and measure the six answers on. */
export type Sample = {
  readonly format: string;
  readonly name: string;
  readonly line: string;
  /** Dataset, category, who, where from, what, did what. */
  readonly told: readonly [string, string, string, string, string, string];
};

const at = (host: string, message: string): string => `<134>Nov 23 10:00:00 ${host} ${message}`;
const LATE = "0x8000000000000000,10.0.0.0-10.255.255.255,Japan,,";

/** The columns 6 to 30 that traffic and threat logs share. */
const session = (rest: { app: string; dport: number; action: string }): string =>
  `2026/11/23 10:00:00,10.1.2.3,203.0.113.9,198.51.100.1,203.0.113.9,web-out,example\\sato,,${rest.app},vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd,,4711,1,51000,${rest.dport},40000,${rest.dport},0x400019,tcp,${rest.action}`;
const pan = (type: string, rest: string): string => at("pa1", `1,2026/11/23 10:00:01,001801000001,${type},${rest}`);

const PAN_OS: readonly (readonly [string, string, Sample["told"]])[] = [
  [
    "a session that ended",
    pan(
      "TRAFFIC",
      `end,2561,${session({ app: "ssl", dport: 443, action: "allow" })},9000,2000,7000,30,2026/11/23 09:59:00,58,any,,77,${LATE}12,18,tcp-fin,0,0,0,0,,pa-hq,from-policy,,,0,,0,,N/A,0,0,0,0,rule-1`,
    ),
    ["panos.traffic", "firewall", "example\\sato", "10.1.2.3", "203.0.113.9:443", "connection-allowed"],
  ],
  [
    "a session that was refused",
    pan(
      "TRAFFIC",
      `drop,2561,${session({ app: "not-applicable", dport: 23, action: "deny" })},60,60,0,1,2026/11/23 09:59:00,0,any`,
    ),
    ["panos.traffic", "firewall", "example\\sato", "10.1.2.3", "203.0.113.9:23", "connection-denied"],
  ],
  [
    "a page with a comma and a quote in its address",
    pan(
      "THREAT",
      `url,2561,${session({ app: "web-browsing", dport: 80, action: "block-url" })},"bad.example.com/a,b?q=""x""",(9999),malware,informational,client-to-server,77,${LATE}text/html,0,,,0,"Mozilla/5.0 (X11, Linux)",,,https://www.example.com/`,
    ),
    ["panos.threat", "proxy", "example\\sato", "10.1.2.3", 'bad.example.com/a,b?q="x"', "http-request-denied"],
  ],
  [
    "an exploit",
    pan(
      "THREAT",
      `vulnerability,2561,${session({ app: "web-browsing", dport: 80, action: "reset-both" })},"www.example.com/x",Example Overflow(30001),any,critical,client-to-server,77,${LATE},0`,
    ),
    ["panos.threat", "", "example\\sato", "10.1.2.3", "www.example.com/x", "attack-blocked"],
  ],
  [
    "malware",
    pan(
      "THREAT",
      `wildfire,2561,${session({ app: "smtp", dport: 25, action: "alert" })},"a b.exe",Malicious Verdict(52020),malware,high,client-to-server,77,${LATE},0,${"ab".repeat(32)}`,
    ),
    ["panos.threat", "antivirus", "example\\sato", "10.1.2.3", "a b.exe", "malware-detected"],
  ],
  [
    "a failed administrator",
    pan(
      "SYSTEM",
      "auth,0,2026/11/23 10:00:00,,auth-fail,Console,0,0,general,medium,\"failed authentication for user 'admin'. Reason: Invalid username/password. From: 203.0.113.7.\",78,0x0,0,0,0,0,,pa-hq",
    ),
    ["panos.system", "", "admin", "203.0.113.7", "Console", "logon-failed"],
  ],
  [
    "a change",
    pan(
      "CONFIG",
      "0,2561,2026/11/23 10:00:00,198.51.100.7,,set,admin,Web,Succeeded,rulebase security rules a,79,0x0,0,0,0,0,,pa-hq",
    ),
    ["panos.config", "", "admin", "198.51.100.7", "rulebase security rules a", "configuration-changed"],
  ],
  [
    "a remote worker",
    pan(
      "GLOBALPROTECT",
      "0,2561,2026/11/23 10:00:00,vsys1,gateway-auth,login,LDAP,IPSec,sato,JP,pc7,198.51.100.7,0.0.0.0,10.9.0.7,0.0.0.0,h1,s1,6.2.0,Windows,Windows 11,1,,,Authentication failed,failure,,0,,0,gw-tokyo,80,0x0",
    ),
    ["panos.globalprotect", "appliance", "sato", "198.51.100.7", "gw-tokyo", "logon-failed"],
  ],
  [
    "who is where",
    pan(
      "USERID",
      "login,2561,2026/11/23 10:00:00,vsys1,10.1.2.3,example\\sato,dc1,0,1,2700,0,0,active-directory,,81,0x0",
    ),
    ["panos.userid", "", "example\\sato", "10.1.2.3", "dc1", "logged-on"],
  ],
  [
    "a machine that fits a profile",
    pan("HIPMATCH", "0,2561,2026/11/23 10:00:00,sato,vsys1,pc7,Windows,10.9.0.7,no-antivirus,1,profile,,,82,0x0"),
    ["panos.hipmatch", "", "sato", "10.9.0.7", "no-antivirus", "object-accessed"],
  ],
];

const asa = (tag: string, message: string): string => `<166>Nov 23 2026 10:00:00 asa1 : %${tag}: ${message}`;
const CISCO: readonly (readonly [string, string, Sample["told"]])[] = [
  [
    "an outbound connection, which ASA names from its far end",
    asa(
      "ASA-6-302013",
      "Built outbound TCP connection 9 for outside:203.0.113.9/443 (203.0.113.9/443) to inside:10.1.2.3/51000 (198.51.100.1/40000)",
    ),
    ["cisco.asa", "firewall", "", "10.1.2.3", "203.0.113.9:443", "connection-opened"],
  ],
  [
    "an inbound connection with its user",
    asa(
      "ASA-session-6-302013",
      "Built inbound TCP connection 9 for outside:203.0.113.9/51000 (203.0.113.9/51000)(LOCAL\\sato) to dmz:10.2.0.5/443 (198.51.100.5/443) (sato)",
    ),
    ["cisco.asa", "firewall", "", "203.0.113.9", "10.2.0.5:443", "connection-opened"],
  ],
  [
    "its end",
    asa(
      "ASA-6-302014",
      "Teardown TCP connection 9 for outside:203.0.113.9/443 to inside:10.1.2.3/51000 duration 0:00:30 bytes 1234 TCP FINs",
    ),
    ["cisco.asa", "firewall", "", "10.1.2.3", "203.0.113.9:443", "connection-ended"],
  ],
  [
    "a refused packet",
    asa(
      "ASA-4-106023",
      'Deny tcp src outside:203.0.113.9/51000 dst inside:10.1.2.3/23 by access-group "outside_in" [0x0, 0x0]',
    ),
    ["cisco.asa", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "an access list's hit",
    asa(
      "ASA-6-106100",
      "access-list inside_in permitted udp inside/10.1.2.3(51000) -> outside/203.0.113.9(53) hit-cnt 1 first hit [0x1, 0x2]",
    ),
    ["cisco.asa", "firewall", "", "10.1.2.3", "203.0.113.9:53", "connection-allowed"],
  ],
  [
    "a translation",
    asa("ASA-6-305011", "Built dynamic TCP translation from inside:10.1.2.3/51000 to outside:198.51.100.1/40000"),
    ["cisco.asa", "", "", "10.1.2.3", "198.51.100.1:40000", "connection-opened"],
  ],
  [
    "a refused account",
    asa(
      "ASA-6-113005",
      "AAA user authentication Rejected : reason = AAA failure : server = 10.1.0.9 : user = sato : user IP = 203.0.113.7",
    ),
    ["cisco.asa", "", "sato", "203.0.113.7", "10.1.0.9", "logon-failed"],
  ],
  [
    "a VPN's session",
    asa(
      "ASA-4-722051",
      "Group <staff> User <sato> IP <203.0.113.7> IPv4 Address <10.9.0.7> IPv6 address <::> assigned to session",
    ),
    [
      "cisco.asa",
      "",
      "sato",
      "203.0.113.7",
      "Group <staff> User <sato> IP <203.0.113.7> IPv4 Address <10.9.0.7> IPv6 address <::> assigned to session",
      "logged-on",
    ],
  ],
  [
    "an administrator",
    asa("ASA-6-605004", 'Login denied from 203.0.113.7/51000 to outside:198.51.100.1/ssh for user "root"'),
    ["cisco.asa", "", "root", "203.0.113.7", "198.51.100.1", "logon-failed"],
  ],
  [
    "a command",
    asa("ASA-5-111010", "User 'sato', running 'CLI' from IP 10.1.2.3, executed 'clear logging buffer'"),
    ["cisco.asa", "", "sato", "10.1.2.3", "clear logging buffer", "command-run"],
  ],
  [
    "FTD's connection",
    "<113>Nov 23 10:00:00 ftd1 SFIMS: %FTD-6-430003: EventPriority: Low, FirstPacketSecond: 2026-11-23T10:00:00Z, AccessControlRuleAction: Block, SrcIP: 10.1.2.3, DstIP: 203.0.113.9, SrcPort: 51000, DstPort: 443, Protocol: tcp, AccessControlRuleName: no, no and no, User: sato, InitiatorBytes: 5, ResponderBytes: 7",
    ["cisco.ftd", "firewall", "sato", "10.1.2.3", "203.0.113.9:443", "connection-denied"],
  ],
  [
    "FTD's malware",
    asa(
      "FTD-1-430005",
      "EventPriority: High, SrcIP: 203.0.113.9, DstIP: 10.1.2.3, SrcPort: 80, DstPort: 51000, Protocol: tcp, FileName: a.exe, FileAction: Malware Block, ThreatName: Example.Trojan",
    ),
    ["cisco.ftd", "antivirus", "", "203.0.113.9", "a.exe", "malware-blocked"],
  ],
  [
    "a router's access list",
    "<189>45: rt1: *Nov 23 10:00:00.123: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(51000) -> 10.1.2.3(23), 1 packet",
    ["cisco.syslog", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "a router's login",
    "<189>46: rt1: Nov 23 10:00:00: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: sato] [Source: 203.0.113.7] [localport: 22] at 10:00:00 UTC",
    [
      "cisco.aaa",
      "",
      "sato",
      "203.0.113.7",
      "Login Success [user: sato] [Source: 203.0.113.7] [localport: 22] at 10:00:00 UTC",
      "logged-on",
    ],
  ],
  [
    "a port",
    "<189>47: sw1: Nov 23 10:00:00: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/1, changed state to down",
    ["cisco.syslog", "", "", "sw1", "GigabitEthernet0/1", "connection-ended"],
  ],
];

const OTHERS: readonly (readonly [string, string, string, Sample["told"]])[] = [
  [
    "Check Point",
    "a refused packet",
    '<134>1 2026-11-23T10:00:00Z gw1 CheckPoint 7 - [action:"Drop"; ifdir:"inbound"; origin:"192.0.2.1"; time:"1795428000"; product:"VPN-1 & FireWall-1"; src:"203.0.113.9"; s_port:"51000"; dst:"10.1.2.3"; service:"23"; proto:"6"; rule_name:"clean \\"up\\""]',
    ["checkpoint", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "Check Point",
    "an exploit, between pipes",
    at(
      "gw1",
      "time=1795428000|hostname=gw1|severity=High|product=IPS|action=Prevent|src=203.0.113.9|dst=10.1.2.3|s_port=51000|service=80|proto=tcp|attack=Example Injection|origin=192.0.2.1",
    ),
    ["checkpoint", "firewall", "", "203.0.113.9", "10.1.2.3:80", "attack-blocked"],
  ],
  [
    "Check Point",
    "fw log's own lines",
    "<134>Nov 23 10:00:00 gw1 Firewall: 23Nov2026 10:00:00 accept gw1 >eth0 product: VPN-1 & FireWall-1; src: 10.1.2.3; s_port: 51000; dst: 203.0.113.9; service: 443; proto: tcp; rule: 7;",
    ["checkpoint", "firewall", "", "10.1.2.3", "203.0.113.9:443", "connection-allowed"],
  ],
  [
    "SRX",
    "a session in structured data",
    '<14>1 2026-11-23T10:00:00.123Z srx1 RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.40 reason="TCP FIN" source-address="10.1.2.3" source-port="51000" destination-address="203.0.113.9" destination-port="443" service-name="junos-https" protocol-id="6" policy-name="out" username="sato" bytes-from-client="5" bytes-from-server="7"]',
    ["junos.rt_flow", "firewall", "sato", "10.1.2.3", "203.0.113.9:443", "connection-ended"],
  ],
  [
    "SRX",
    "a refused session in words",
    at(
      "srx1",
      "RT_FLOW: RT_FLOW_SESSION_DENY: session denied 203.0.113.9/51000->10.1.2.3/23 0x0 junos-telnet 6(0) clean-up untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0",
    ),
    ["junos.rt_flow", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "SRX",
    "a blocked page",
    at(
      "srx1",
      'RT_UTM: WEBFILTER_URL_BLOCKED: WebFilter: ACTION="URL Blocked" 10.1.2.3(51000)->203.0.113.9(80) CATEGORY="Malware" REASON="BY_PRE_DEFINED" PROFILE="p" URL=bad.example.com OBJ=/x USERNAME=sato ROLES=staff',
    ),
    ["junos.rt_utm", "proxy", "sato", "10.1.2.3", "bad.example.com/x", "http-request-denied"],
  ],
  [
    "SRX",
    "an attack",
    '<14>1 2026-11-23T10:00:00Z srx1 RT_IDP - IDP_ATTACK_LOG_EVENT [junos@2636.1.1.1.2.40 source-address="203.0.113.9" destination-address="10.1.2.3" destination-port="80" protocol-name="TCP" action="DROP" threat-severity="HIGH" attack-name="HTTP:EXAMPLE"]',
    ["junos.rt_idp", "firewall", "", "203.0.113.9", "HTTP:EXAMPLE", "attack-blocked"],
  ],
  [
    "SRX",
    "a command",
    at("srx1", "mgd[77]: UI_CMDLINE_READ_LINE: User 'sato', command 'request system reboot '"),
    ["junos.mgd", "", "sato", "srx1", "request system reboot", "command-run"],
  ],
  [
    "ScreenOS",
    "traffic",
    at(
      "ns1",
      'ns1: NetScreen device_id=ns1  [Root]system-notification-00257(traffic): start_time="2026-11-23 10:00:00" duration=0 policy_id=2 service=telnet proto=6 src zone=Trust dst zone=Untrust action=Deny sent=0 rcvd=0 src=10.1.2.3 dst=203.0.113.9 src_port=51000 dst_port=23 src-xlated ip=198.51.100.1 port=40000 reason=Traffic Denied',
    ),
    ["screenos", "firewall", "", "10.1.2.3", "203.0.113.9:23", "connection-denied"],
  ],
  [
    "ScreenOS",
    "a failed administrator",
    at(
      "ns1",
      "NetScreen device_id=ns1  [Root]system-warning-00515: Admin user sato login attempt for Web(http) management (port 80) from 203.0.113.7:51000 failed.",
    ),
    [
      "screenos",
      "",
      "sato",
      "203.0.113.7",
      "Admin user sato login attempt for Web(http) management (port 80) from 203.0.113.7:51000 failed.",
      "logon-failed",
    ],
  ],
  [
    "SonicWall",
    "a connection",
    '<134>  id=firewall sn=0017C5000001 time="2026-11-23 10:00:00 UTC" fw=198.51.100.1 pri=6 c=262144 m=98 msg="Connection Opened" n=7 src=10.1.2.3:51000:X0:pc7 dst=203.0.113.9:443:X1 proto=tcp/https sent=52 usr="sato"',
    ["sonicwall", "firewall", "sato", "10.1.2.3", "203.0.113.9:443", "connection-opened"],
  ],
  [
    "SonicWall",
    "a blocked page",
    'id=firewall sn=0017C5000001 time="2026-11-23 10:00:00" fw=198.51.100.1 pri=1 c=4 m=14 msg="Web site access denied" n=8 src=10.1.2.3:51000:X0 dst=203.0.113.9:443:X1 proto=tcp/https op=1 dstname=bad.example.com arg=/x code=57',
    ["sonicwall", "proxy", "", "10.1.2.3", "https://bad.example.com/x", "http-request-denied"],
  ],
  [
    "Yamaha",
    "a session",
    at("192.0.2.1", "[INSPECT] PP[01][out][101098] TCP 10.1.2.3:51000 > 203.0.113.9:443 (2026/11/23 10:00:00)"),
    ["yamaha.inspect", "firewall", "", "10.1.2.3", "203.0.113.9:443", "connection-opened"],
  ],
  [
    "Yamaha",
    "a rejected packet, of IPv6 too",
    at("192.0.2.1", "PP[01] Rejected at IN(1000) filter: TCP 2001:db8::9.51000 > 2001:db8:1::3.23"),
    ["yamaha.filter", "firewall", "", "2001:db8::9", "[2001:db8:1::3]:23", "connection-denied"],
  ],
  [
    "Yamaha",
    "a lease",
    at("192.0.2.1", "[DHCPD] LAN1(port1) Extends 10.1.2.3: 00:00:5e:00:53:01"),
    ["yamaha.dhcpd", "", "", "10.1.2.3", "10.1.2.3 00:00:5e:00:53:01", "address-leased"],
  ],
  [
    "Yamaha",
    "a failed login",
    at("192.0.2.1", "Login failed for SSH: 203.0.113.7 admin"),
    ["yamaha.system", "", "admin", "203.0.113.7", "Login failed for SSH: 203.0.113.7 admin", "logon-failed"],
  ],
  [
    "Yamaha",
    "a tunnel",
    at("192.0.2.1", "[L2TP] TUNNEL[1] connected from 203.0.113.7"),
    ["yamaha.l2tp", "", "", "203.0.113.7", "TUNNEL[1]", "connection-opened"],
  ],
  [
    "filterlog",
    "a blocked packet",
    at(
      "pf1",
      "filterlog[77]: 4,,,1000000103,igb1,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,203.0.113.9,10.1.2.3,51000,23,0,S,1,,65535,,mss",
    ),
    ["filterlog", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "filterlog",
    "a passed packet of IPv6",
    at("pf1", "filterlog: 9,,,abc,re0,match,pass,out,6,0x00,0x0ea87,64,udp,17,73,2001:db8::3,2001:db8::9,51000,53,73"),
    ["filterlog", "firewall", "", "2001:db8::3", "[2001:db8::9]:53", "connection-allowed"],
  ],
  ...(
    [
      ["Shorewall", "Shorewall:net2fw:DROP:IN=eth0", "connection-denied"],
      ["OpenWrt", "REJECT wan in: IN=eth0", "connection-denied"],
      ["an nft rule", "nft#input accept: IN=eth0", "connection-allowed"],
      ["UFW", "[7.1] [UFW ALLOW] IN=eth0", "connection-allowed"],
      ["a prefix with IN= in a word", "(MAIN=1) DROPPED IN=eth0", "connection-denied"],
    ] as const
  ).map(([name, prefix, did]): readonly [string, string, string, Sample["told"]] => [
    "netfilter",
    name,
    at("fw1", `kernel: ${prefix} OUT= SRC=203.0.113.9 DST=10.1.2.3 LEN=40 PROTO=TCP SPT=51000 DPT=22 SYN`),
    ["iptables", "firewall", "", "203.0.113.9", "10.1.2.3:22", did],
  ]),
];

export const SAMPLES: readonly Sample[] = [
  ...PAN_OS.map(([name, line, told]) => ({ format: "PAN-OS", name, line, told })),
  ...CISCO.map(([name, line, told]) => ({ format: "Cisco", name, line, told })),
  ...OTHERS.map(([format, name, line, told]) => ({ format, name, line, told })),
];
