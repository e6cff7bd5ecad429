const at = (message: string): string => `<30>Nov 23 10:00:00 dns1 ${message}`;

/** Lines of DHCP and name servers that say at least five of the six answers. */
export const NAMES_SAMPLES: readonly string[] = [
  at("dhcpd[7]: DHCPDISCOVER from 00:1A:2b:3c:4d:5e (pc-sato) via eth0"),
  at("dhcpd[7]: DHCPACK on 192.0.2.10 to 00:1A:2b:3c:4d:5e (pc-sato) via eth0"),
  at("dhcpd: DHCPREQUEST for 192.0.2.10 (192.0.2.1) from 00:1a:2b:3c:4d:5e via 192.0.2.254"),
  at("dhcpd: DHCPNAK on 192.0.2.10 to 00:1a:2b:3c:4d:5e via eth0"),
  at("dhcpd: DHCPRELEASE of 192.0.2.10 from 00:1a:2b:3c:4d:5e (pc-sato) via eth0 (found)"),
  at("dhcpd: DHCPDISCOVER from 00:1a:2b:3c:4d:5e via eth0: network 192.0.2.0/24: no free leases"),
  at("dnsmasq-dhcp[7]: 1234567 DHCPACK(br0) 192.0.2.10 00:1a:2b:3c:4d:5e pc-sato"),
  at("dnsmasq-dhcp[7]: DHCPDISCOVER(br0) 00:1a:2b:3c:4d:5e"),
  "2026-11-23 10:00:00.125 INFO  [kea-dhcp4.leases/7.140] DHCP4_LEASE_ALLOC [hwtype=1 00:1a:2b:3c:4d:5e], cid=[01:00:1a:2b:3c:4d:5e], tid=0x1a2b: lease 192.0.2.10 has been allocated for 3600 seconds",
  at(
    "kea-dhcp6: INFO  [kea-dhcp6.leases.140] DHCP6_LEASE_ALLOC duid=[00:01:02], [hwtype=1 00:1a:2b:3c:4d:5e], tid=0x12: lease for address 2001:db8::10 and iaid=1 has been allocated for 4000 seconds",
  ),
  at(
    "kea-dhcp4: INFO  [kea-dhcp4.leases.140] DHCP4_RELEASE [hwtype=1 00:1a:2b:3c:4d:5e], cid=[no info], tid=0x12: address 192.0.2.10 was released properly.",
  ),
  at("unbound: [7:0] info: 192.0.2.10 www.example.com. A IN"),
  "[1795428000] unbound[7:0] info: 192.0.2.10 www.example.com. AAAA IN NXDOMAIN 0.002000 0 101",
  at("unbound: [7:0] info: ads.example. always_nxdomain 192.0.2.10@53124 x.ads.example. A IN"),
  at("pdns_recursor[7]: 1 [1/1] question for 'www.example.com|A' from 192.0.2.10:53124"),
  at("pdns_server[7]: Remote 192.0.2.10 wants 'www.example.com|A', do = 0, bufsize = 1232: packetcache HIT"),
  "11/23/2026 10:00:00 AM 0E5C PACKET  000001F6A2B4C0D0 UDP Rcv 192.0.2.10       a1b2   Q [0001   D   NOERROR] A      (3)www(7)example(3)com(0)",
  "2026/11/23 10:00:00 0E5C PACKET  000001F6A2B4C0D0 UDP Snd 192.0.2.10       a1b2 R Q [8385 A DR NXDOMAIN] A      (3)www(7)example(3)com(0)",
  at("named[7]: client @0x7f 192.0.2.10#5353 (example.com): zone transfer 'example.com/AXFR/IN' denied"),
  at(
    "named[7]: client @0x7f 192.0.2.10#5353 (example.com): bad zone transfer request: 'example.com/IN': non-authoritative zone (NOTAUTH)",
  ),
  at("named[7]: client @0x7f 192.0.2.10#5353: update 'example.com/IN' denied"),
  at(
    "named[7]: client @0x7f 192.0.2.10#5353/key k1: updating zone 'example.com/IN': adding an RR at 'pc.example.com' A 192.0.2.11",
  ),
  at("named[7]: client @0x7f 192.0.2.10#5353 (a.example): query failed (REFUSED) for a.example/IN/A at query.c:5436"),
  at(
    "named[7]: client @0x7f 192.0.2.10#5353 (bad.example): rpz QNAME NXDOMAIN rewrite bad.example/A/IN via bad.example.rpz",
  ),
];
