import { describe, expect, test } from "vitest";
import { parseLine } from "../testing.ts";

const system = (eventId: string, text: string, subtype = "general") =>
  `1,2026/11/20 10:00:00,001801000001,SYSTEM,${subtype},0,2026/11/20 10:00:00,,${eventId},,0,0,general,informational,"${text}",1,0x0`;

describe("What PAN-OS says of itself is told as a logon only when it is one", () => {
  test.each([
    [system("auth-success", "authenticated for user 'sato'. From: 192.0.2.7.", "auth"), "logged-on", "success"],
    [system("auth-fail", "failed authentication for user 'sato'. From: 192.0.2.7.", "auth"), "logon-failed", "failure"],
    [system("general", "User sato logged in via Web from 192.0.2.7 using https"), "logged-on", "success"],
    [system("general", "Certificate authority root-ca will expire in 5 days"), "", ""],
    [system("general", "authd: license authcode fetch"), "", ""],
    [system("ha2-link-change", "HA2 peer link down, peer disconnected", "ha"), "", ""],
  ])("%s", (line, action, outcome) => {
    const { event_action, event_outcome } = parseLine(line).hot;
    const isLogon = event_action.startsWith("log");
    expect([isLogon ? event_action : "", isLogon ? event_outcome : ""]).toEqual([action, outcome]);
  });
});

describe("A tag of Cisco's is no program", () => {
  test.each([
    "<166>%ASA-6-302014: Teardown TCP connection 5 for outside:203.0.113.9/443 to inside:10.1.2.3/5555 duration 0:00:01 bytes 5 TCP FINs",
    "<189>Nov 20 10:00:00 r1 %SYS-5-CONFIG_I: Configured from console by sato on vty0 (192.0.2.7)",
  ])("%s", (line) => expect(parseLine(line).hot.process_name).toBe(""));
});

describe("A stranger's text in a program's log is no firewall's", () => {
  test.each([
    "<13>Nov 20 10:00:00 h app: started 10:00:00 %ASA-6-113012: AAA user authentication Successful : local database : user = root",
    "<13>Nov 20 10:00:00 h app: comment at 10:00:00 1,2026/11/20 10:00:00,x,SYSTEM,auth,0,2026/11/20 10:00:00,,auth-success,admin",
    '<13>Nov 20 10:00:00 h app: request done at 10:00:00 [action:"Accept"; product:"VPN-1"; src:"192.0.2.1"; user:"root"]',
  ])("%s", (line) =>
    expect(parseLine(line).hot).toMatchObject({ observer_vendor: "", user_name: "", event_action: "" }),
  );
});

describe("A line that only resembles a device's is not the device's", () => {
  test.each([
    "1,2026/11/20 10:00:00,server1,ERROR,Login failed",
    "1,2026/11/20 10:00:00,server1,ERROR,Login failed,a,b,c",
    "time=2026-11-20 10:00:00|action=login|origin=web|product=shop",
    "<13>Nov 20 10:00:00 h app: id=42 sn=A1 pri=6 m=98 msg=hi src=192.0.2.7",
    "Configuration saved by admin",
    "LAN1: link up",
    "<13>Nov 20 10:00:00 h LAN1: link up",
  ])("%s", (line) => expect(parseLine(line).hot.observer_vendor).toBe(""));

  test.each([
    [
      "time=1795000000|action=Drop|loguid={0x1}|origin=192.0.2.1|product=VPN-1 & FireWall-1|src=192.0.2.7",
      "Check Point",
    ],
    ["<13>Nov 20 10:00:00 h LAN1: PORT1 link up (1000BASE-T Full Duplex)", "Yamaha"],
    ['Configuration saved in "CONFIG0" by HTTP(192.0.2.7)', "Yamaha"],
    ['id=firewall sn=0017C5000001 time="2026-11-20 10:00:00" fw=192.0.2.1 pri=6 c=1 m=98 msg="x"', "SonicWall"],
    ['id=firewall sn=HIDDEN time="2026-11-20 10:00:00" fw=192.0.2.1 pri=6 c=1 m=98 msg="x"', "SonicWall"],
  ])("%s stays %s", (line, vendor) => expect(parseLine(line).hot.observer_vendor).toBe(vendor));
});

describe("A zone that the line names is not the source's", () => {
  test.each([
    "<189>46: rt1: Nov 23 2026 10:00:00 UTC: %SYS-5-CONFIG_I: Configured from console by sato on vty0 (192.0.2.7)",
    '<30>device="SFW" date=2026-11-23 time=10:00:00 timezone="UTC" device_name="fw" log_type="Firewall" log_component="Firewall Rule" log_subtype="Allowed"',
  ])("%s", (line) => expect(parseLine(line, { timeZone: "Asia/Tokyo" }).timeMs).toBe(Date.UTC(2026, 10, 23, 10)));
});

describe("Netfilter's LOG decides nothing, the prefix's words do", () => {
  const packet = "IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=5000 DPT=22";
  test.each([
    ["[WAN_IN-default-D]", "connection-denied"],
    ["[WAN_IN-10-A]", "connection-allowed"],
    ["ACCEPT ", "connection-allowed"],
    ["inet-ssh: ", ""],
    ["", ""],
  ])("%j is %j", (prefix, action) =>
    expect(parseLine(`<4>Nov 20 10:00:00 gw kernel: [12.5] ${prefix}${packet}`).hot.event_action).toBe(action),
  );
});

describe("A rule's name has no quotes", () => {
  test.each(['AccessControlRuleName: "Inside to web"', "AccessControlRuleName: Inside to web"])("%s", (pair) =>
    expect(
      parseLine(`<14>Nov 20 10:00:00 fw %FTD-1-430003: SrcIP: 192.0.2.7, DstIP: 203.0.113.9, ${pair}, Protocol: tcp`)
        .hot.rule_name,
    ).toBe("Inside to web"),
  );
});
