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
    "a remote worker as version 8 logged it",
    pan(
      "SYSTEM",
      'globalprotect,0,2026/11/23 10:00:00,,globalprotectgateway-auth-fail,gw-tokyo,0,0,general,informational,"GlobalProtect gateway user authentication failed. Login from: 203.0.113.7, Source region: JP, User name: sato, Reason: Authentication failed: Invalid username or password.",78,0x0',
    ),
    ["panos.system", "", "sato", "203.0.113.7", "gw-tokyo", "logon-failed"],
  ],
  [
    "a login that names nobody in quotes",
    pan(
      "SYSTEM",
      'general,0,2026/11/23 10:00:00,,general,,0,0,general,informational,"User admin logged in via Web from 10.1.2.3 using https",78,0x0',
    ),
    ["panos.system", "", "admin", "10.1.2.3", "User admin logged in via Web from 10.1.2.3 using https", "logged-on"],
  ],
  [
    "a handshake that failed",
    pan(
      "DECRYPTION",
      `end,2561,${session({ app: "incomplete", dport: 443, action: "allow" })},N/A,,,,,rule-1,Client_to_Firewall,Server_Hello,TLS1.2,ECDHE,AES_128_GCM,SHA256,decrypt-out,secp256r1,Certificate,uninspected,Uninspected,Forward,,,,,V3,2048,11,9,0,15,,www.example.com,Example CA,,www.example.com,Received fatal alert CertificateUnknown from client`,
    ),
    ["panos.decryption", "firewall", "example\\sato", "10.1.2.3", "203.0.113.9:443", "connection-failed"],
  ],
  [
    "a tunnel that was inspected",
    pan("TUNNEL", `end,2561,${session({ app: "gre", dport: 0, action: "allow" })},informational,77,0x0,Japan,Japan`),
    ["panos.tunnel", "firewall", "example\\sato", "10.1.2.3", "203.0.113.9", "connection-allowed"],
  ],
  [
    "a machine that seems to be taken over",
    pan(
      "CORRELATION",
      "compromised-host,2561,2026/11/23 10:00:00,10.1.2.3,example\\sato,vsys1,compromised-host,critical,0,0,0,0,,pa-hq,1,Beacon Detection,6005,Host visited a malicious URL 7 times",
    ),
    ["panos.correlation", "", "example\\sato", "10.1.2.3", "Beacon Detection", "attack-detected"],
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
    "a page",
    asa("ASA-5-304001", "10.1.2.3 Accessed URL 203.0.113.9:http://www.example.com/a"),
    ["cisco.asa", "proxy", "", "10.1.2.3", "http://www.example.com/a", "http-request"],
  ],
  [
    "a page that was refused",
    asa("ASA-5-304002", "Access denied URL http://bad.example.com/a SRC 10.1.2.3 DEST 203.0.113.9 on interface inside"),
    ["cisco.asa", "proxy", "", "10.1.2.3", "http://bad.example.com/a", "http-request-denied"],
  ],
  [
    "a change that failed",
    asa("ASA-5-111004", "10.1.2.3 end configuration: FAILED"),
    ["cisco.asa", "", "", "10.1.2.3", "10.1.2.3 end configuration: FAILED", "configuration-changed"],
  ],
  [
    "a number that is not known, of something that broke",
    asa("ASA-1-105999", "(Primary) Lost communications with mate on interface inside"),
    ["cisco.asa", "", "", "asa1", "(Primary) Lost communications with mate on interface inside", "service-failed"],
  ],
  [
    "a line behind a relay's own words",
    at(
      "relay9",
      "Nov 23 10:00:00 asa1 %ASA-4-106001: Inbound TCP connection denied from 203.0.113.9/51000 to 10.1.2.3/23 flags SYN on interface outside",
    ),
    ["cisco.asa", "firewall", "", "203.0.113.9", "10.1.2.3:23", "connection-denied"],
  ],
  [
    "a neighbor without its digest, as IOS XR says it",
    at("rt1", ": %IP-TCP-3-BADAUTH : Invalid MD5 digest from 10.0.0.1:179 to 10.0.0.2:40000"),
    ["cisco.bgp", "", "", "10.0.0.1", "10.0.0.2:40000", "connection-failed"],
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
    "a session in words, with its account",
    at(
      "srx1",
      "RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.1.2.3/51000->203.0.113.9/443 0x0 junos-https 198.51.100.1/40000->203.0.113.9/443 0x0 source rule r1 N/A N/A 6 out trust untrust 12345 sato(staff) ge-0/0/1.0 UNKNOWN UNKNOWN UNKNOWN N/A N/A -1",
    ),
    ["junos.rt_flow", "firewall", "sato", "10.1.2.3", "203.0.113.9:443", "connection-opened"],
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
    "a packet that its NAT refused",
    at("192.0.2.1", "PP[01] Rejected at NAT(1): TCP 203.0.113.9:51000 > 198.51.100.1:23"),
    ["yamaha.filter", "firewall", "", "203.0.113.9", "198.51.100.1:23", "connection-denied"],
  ],
  [
    "Yamaha",
    "a port",
    at("192.0.2.1", "LAN1: PORT1 link up (1000BASE-T Full Duplex)"),
    ["yamaha.system", "", "", "192.0.2.1", "LAN1", "connection-opened"],
  ],
  [
    "Yamaha",
    "a key exchange",
    at("192.0.2.1", "[IKE] respond ISAKMP phase to 203.0.113.7"),
    ["yamaha.ike", "", "", "192.0.2.1", "respond ISAKMP phase to 203.0.113.7", "connection-opened"],
  ],
  [
    "Yamaha",
    "a tunnel",
    at("192.0.2.1", "[L2TP] TUNNEL[1] connected from 203.0.113.7"),
    ["yamaha.l2tp", "", "", "203.0.113.7", "TUNNEL[1]", "connection-opened"],
  ],
  [
    "SRX",
    "a neighbor without its digest",
    at("rt1", "/kernel: tcp_auth_ok: Packet from 203.0.113.7:179 missing MD5 digest"),
    [
      "junos.kernel",
      "",
      "",
      "203.0.113.7",
      "tcp_auth_ok: Packet from 203.0.113.7:179 missing MD5 digest",
      "connection-failed",
    ],
  ],
  [
    "Check Point",
    "a line that was cut off, without a PRI",
    '1 2026-11-23T10:00:00Z gw1 CheckPoint 7 - [action:"Detect"; src:"203.0.113.9"; dst:"10.1.2.3"; ike::"x"; prod',
    ["checkpoint", "firewall", "", "203.0.113.9", "10.1.2.3", "connection-allowed"],
  ],
  [
    "FortiGate",
    "a refused session in CEF",
    "CEF:0|Fortinet|Fortigate|v7.4.1|00013|traffic:forward deny|3|deviceExternalId=FG100 FTNTFGTlogid=0000000013 cat=traffic:forward FTNTFGTsubtype=forward FTNTFGTlevel=notice FTNTFGTeventtime=1795395600000000000 FTNTFGTtz=+0900 src=10.1.2.3 spt=51000 dst=203.0.113.9 dpt=23 proto=6 act=deny FTNTFGTpolicyid=1 app=TELNET suser=sato",
    ["fortigate.traffic", "firewall", "sato", "10.1.2.3", "203.0.113.9:23", "connection-denied"],
  ],
  [
    "FortiGate",
    "a new administrator in CEF",
    at(
      "fg1",
      "CEF:0|Fortinet|Fortigate|v7.4.1|44547|event:system|4|deviceExternalId=FG100 dvchost=fg1 cat=event:system FTNTFGTsubtype=system FTNTFGTlevel=information FTNTFGTlogdesc=Object attribute configured duser=sato sproc=GUI(203.0.113.7) act=Add FTNTFGTcfgpath=system.admin FTNTFGTcfgobj=backup msg=Add system.admin backup",
    ),
    ["fortigate.event", "", "sato", "203.0.113.7", "system.admin", "configuration-changed"],
  ],
  [
    "Sophos",
    "a session, in the form of before 18",
    '<30>device="SFW" date=2026-11-23 time=10:00:00 timezone="JST" device_name="xg1" device_id=C2301 log_id=010101600001 log_type="Firewall" log_component="Firewall Rule" log_subtype="Allowed" status="Allow" priority=Information fw_rule_id=2 user_name="sato" src_ip=10.1.2.3 dst_ip=203.0.113.9 protocol="TCP" src_port=51000 dst_port=443 sent_bytes=10 recv_bytes=20',
    ["sophos.firewall", "firewall", "sato", "10.1.2.3", "203.0.113.9:443", "connection-allowed"],
  ],
  [
    "Sophos",
    "a page that was refused",
    at(
      "xg1",
      'device_name="SFW" timestamp="2026-11-23T10:00:00+0900" device_model="XGS116" device_serial_id="X1" log_id="050901616001" log_type="Content Filtering" log_component="HTTP" log_subtype="Denied" severity="Information" user="sato" src_ip=10.1.2.3 dst_ip=203.0.113.9 protocol="TCP" src_port=51000 dst_port=443 url="https://bad.example.com/x?y=1" http_status="403"',
    ),
    ["sophos.content-filtering", "proxy", "sato", "10.1.2.3", "https://bad.example.com/x?y=1", "http-request-denied"],
  ],
  [
    "Sophos",
    "an exploit",
    at(
      "xg1",
      'device="SFW" date=2026-11-23 time=10:00:00 timezone="JST" device_name="xg1" device_id=C1 log_id=020803407001 log_type="IDP" log_component="Signatures" log_subtype="Drop" priority=Warning signature_id=1881 signature_msg="example overflow" src_ip=203.0.113.9 dst_ip=10.1.2.3 protocol="TCP" src_port=443 dst_port=80',
    ),
    ["sophos.idp", "firewall", "", "203.0.113.9", "example overflow", "attack-blocked"],
  ],
  [
    "Sophos",
    "a failed administrator",
    at(
      "xg1",
      'device_name="SFW" timestamp="2026-11-23T10:00:00+0900" device_model="XGS116" device_serial_id="X1" log_id="062009617502" log_type="Event" log_component="GUI" log_subtype="Admin" severity="Notice" user_name="admin" src_ip=203.0.113.7 status="Failed" message="User admin failed to login from 203.0.113.7"',
    ),
    ["sophos.event", "", "admin", "203.0.113.7", "User admin failed to login from 203.0.113.7", "logon-failed"],
  ],
  [
    "WatchGuard",
    "a refused packet, with the firewall's own time",
    at(
      "80B00",
      'fb1 (2026-11-23T01:00:00) firewall: msg_id="3000-0148" Deny 1-Trusted 0-External 40 tcp 20 127 10.1.2.3 203.0.113.9 51000 23 offset 5 S 12345 win 1024 src_user="sato@Firebox-DB" (Unhandled Internal Packet-00)',
    ),
    ["watchguard", "firewall", "sato@Firebox-DB", "10.1.2.3", "203.0.113.9:23", "connection-denied"],
  ],
  [
    "WatchGuard",
    "a page",
    at(
      "fb1",
      'http-proxy[1855]: msg_id="1AFF-0024" Allow 1-Trusted 0-External tcp 10.1.2.3 203.0.113.9 51000 80 msg="HTTP request" proxy_act="HTTP-Client.1" op="GET" dstname="www.example.com" arg="/a" sent_bytes="5" rcvd_bytes="7" (HTTP-proxy-00)',
    ),
    ["watchguard", "proxy", "", "10.1.2.3", "http://www.example.com/a", "http-request"],
  ],
  [
    "WatchGuard",
    "a refused account",
    at(
      "fb1",
      'admd[2345]: msg_id="1100-0005" Authentication of Firewall user [sato@Firebox-DB] from 203.0.113.7 was rejected, invalid credentials',
    ),
    [
      "watchguard",
      "",
      "sato@Firebox-DB",
      "203.0.113.7",
      "Authentication of Firewall user [sato@Firebox-DB] from 203.0.113.7 was rejected, invalid credentials",
      "logon-failed",
    ],
  ],
  [
    "pfSense",
    "a refused administrator",
    at("pf1", "php-fpm[374]: /index.php: webConfigurator authentication error for user 'sato' from: 203.0.113.7"),
    [
      "pfsense.gui",
      "",
      "sato",
      "203.0.113.7",
      "/index.php: webConfigurator authentication error for user 'sato' from: 203.0.113.7",
      "logon-failed",
    ],
  ],
  [
    "pfSense",
    "a login to OPNsense",
    "<35>1 2026-11-23T10:00:00+00:00 op1 audit 24409 - [meta sequenceId=\"4\"] /index.php: Successful login for user 'sato' from: 10.1.2.3",
    ["pfsense.gui", "", "sato", "10.1.2.3", "/index.php: Successful login for user 'sato' from: 10.1.2.3", "logged-on"],
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
      ["UniFi", '[WAN_LOCAL-D-40] DESCR="[WAN_LOCAL]Block all" IN=eth0', "connection-denied"],
      ["VyOS", "[LAN_WAN-A-default] IN=eth0", "connection-allowed"],
      ["EdgeOS", "[WAN_IN-default-D]IN=eth0", "connection-denied"],
      ["VyOS 1.4", "[ipv4-FWD-filter-10-A]IN=eth0", "connection-allowed"],
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
