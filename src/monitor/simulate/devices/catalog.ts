import { cloudtrail, windows } from "./documents.ts";
import { asa, cef, fortigate, leef, panos } from "./firewalls.ts";
import type { Device } from "./made.ts";
import { apache, bind, nginx, squid, unbound } from "./network.ts";
import { suricata, zeek } from "./sensors.ts";
import { auditd, postfix, sshd } from "./servers.ts";

/** Formats that can be asked for by name. */
export const DEVICE_FORMATS = [
  "fortigate",
  "panos",
  "asa",
  "cef",
  "leef",
  "squid",
  "bind",
  "unbound",
  "nginx",
  "apache",
  "windows",
  "sshd",
  "auditd",
  "postfix",
  "suricata",
  "zeek",
  "cloudtrail",
] as const;
export type DeviceFormat = (typeof DEVICE_FORMATS)[number];

export const DEVICES: Readonly<Record<DeviceFormat, Device>> = {
  fortigate,
  panos,
  asa,
  cef,
  leef,
  squid,
  bind,
  unbound,
  nginx,
  apache,
  windows,
  sshd,
  auditd,
  postfix,
  suricata,
  zeek,
  cloudtrail,
};
