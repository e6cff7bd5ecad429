import { describe, expect, test } from "vitest";
import { answersOf, parseLine } from "../testing.ts";
import { NAMES_SAMPLES } from "./names.samples.ts";

const line = (start: string): string => NAMES_SAMPLES.find((sample) => sample.includes(start)) ?? start;
const lease = { src_ip: "192.0.2.10", mac: "00:1a:2b:3c:4d:5e" };

describe("Who had an address when", () => {
  test.each([
    ["DHCPACK on", "address-leased", { ...lease, client_hostname: "pc-sato", interface: "eth0" }],
    ["DHCPRELEASE", "address-released", { ...lease, client_hostname: "pc-sato" }],
    ["DHCPREQUEST", "address-leased", { ...lease, interface: "192.0.2.254" }],
    ["DHCPACK(br0)", "address-leased", { ...lease, client_hostname: "pc-sato", interface: "br0" }],
    ["no free leases", "address-leased", { mac: lease.mac, reason: "network 192.0.2.0/24: no free leases" }],
    ["DHCP4_LEASE_ALLOC", "address-leased", { ...lease, lease_seconds: "3600" }],
    ["DHCP6_LEASE_ALLOC", "address-leased", { src_ip: "2001:db8::10", mac: lease.mac }],
    ["DHCP4_RELEASE", "address-released", lease],
  ])("%s", (start, did, fields) => {
    const event = parseLine(line(start));
    expect(event.hot.did_what).toBe(did);
    expect({ ...event.fields }).toMatchObject(fields);
  });

  test.each([
    ["DHCPACK on", "success"],
    ["DHCPNAK", "failure"],
    ["DHCPREQUEST", "unknown"],
    ["no free leases", "failure"],
  ])("%s: %s", (start, outcome) => {
    expect(parseLine(line(start)).hot.event_outcome).toBe(outcome);
  });
});

describe("Name servers", () => {
  const asked = { from: "192.0.2.10", what: "www.example.com" };
  test.each([
    ["info: 192.0.2.10", { ...asked, did: "dns-query" }],
    ["NXDOMAIN 0.002", { ...asked, did: "dns-answer" }],
    ["always_nxdomain", { from: "192.0.2.10", what: "x.ads.example", did: "dns-query-denied" }],
    ["question for", { ...asked, did: "dns-query" }],
    ["wants", { ...asked, did: "dns-query" }],
    ["UDP Rcv", { ...asked, did: "dns-query" }],
    ["UDP Snd", { ...asked, did: "dns-answer" }],
    ["AXFR", { from: "192.0.2.10", what: "example.com", did: "zone-transfer" }],
    ["NOTAUTH", { from: "192.0.2.10", what: "example.com", did: "zone-transfer" }],
    ["update '", { from: "192.0.2.10", what: "example.com", did: "configuration-changed" }],
    ["query failed", { from: "192.0.2.10", what: "a.example", did: "dns-query-denied" }],
    ["rpz QNAME", { from: "192.0.2.10", what: "bad.example", did: "dns-query-denied" }],
  ])("%s", (start, expected) => {
    expect(answersOf(parseLine(line(start)))).toMatchObject(expected);
  });

  test.each([
    ["11/23/2026 10:00:00 PM", "2026-11-23T22:00:00.000Z"],
    ["11/23/2026 12:00:00 AM", "2026-11-23T00:00:00.000Z"],
    ["23/11/2026 10:00:00", "2026-11-23T10:00:00.000Z"],
    ["2026/11/23 10:00:00", "2026-11-23T10:00:00.000Z"],
  ])("Windows DNS writes the time as %s", (time, when) => {
    expect(answersOf(parseLine(line("UDP Rcv").replace("11/23/2026 10:00:00 AM", time))).when).toBe(when);
  });
});
