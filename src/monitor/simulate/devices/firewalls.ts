import { unitOf, WINDOWS_DOMAIN } from "../company.ts";
import { cefTraffic, fortigateTraffic } from "../formats/firewall.ts";
import { localIso, rfc3164 } from "../formats/syslog.ts";
import { type Device, type Scene, type Session, sessionOf, somebodyOutside, somePid, toldOfSession } from "./made.ts";

const connectionOf = ({ atMs }: Scene, s: Session) => ({
  atMs,
  host: s.firewall.name,
  utcOffsetMinutes: unitOf(s.firewall.unit).utcOffsetMinutes,
  isAllowed: s.isAllowed,
  fromIp: s.person.ip,
  fromPort: s.fromPort,
  toIp: s.toIp,
  toPort: s.toPort,
  protocol: "tcp" as const,
  isOutbound: true,
  sentBytes: s.sentBytes,
  receivedBytes: s.receivedBytes,
  durationSeconds: s.seconds,
  policy: s.isAllowed ? 7 : 0,
  session: s.id,
  user: s.person.account,
});

export const fortigate: Device = (scene) => {
  const s = sessionOf(scene);
  const bytes = fortigateTraffic(connectionOf(scene, s));
  return { host: s.firewall, carry: "syslog", bytes, told: toldOfSession(s, s.person.account) };
};

export const cef: Device = (scene) => {
  const s = sessionOf(scene);
  const bytes = cefTraffic(connectionOf(scene, s));
  return { host: s.firewall, carry: "syslog", bytes, told: toldOfSession(s, `MINATO\\${s.person.account}`) };
};

/** PAN-OS 11 traffic log in its default column order, in the firewall's own time (UTC). */
export const panos: Device = (scene) => {
  const s = sessionOf(scene);
  const at = localIso(scene.atMs, 0).slice(0, 19).replaceAll("-", "/").replace("T", " ");
  const user = `${WINDOWS_DOMAIN.netbios.toLowerCase()}\\${s.person.account}`;
  const packets = Math.ceil(s.receivedBytes / 1200) + 1;
  const columns = [
    [
      1,
      at,
      "001801000001",
      "TRAFFIC",
      s.isAllowed ? "end" : "deny",
      2817,
      at,
      s.person.ip,
      s.toIp,
      "192.0.2.10",
      s.toIp,
    ],
    [s.isAllowed ? "inside-out" : "block-legacy", user, "", s.toPort === 443 ? "ssl" : "unknown-tcp", "vsys1"],
    ["trust", "untrust", "ethernet1/2", "ethernet1/1", "forward-yagura", at, s.id, 1, s.fromPort, s.toPort, s.fromPort],
    [s.toPort, "0x400019", "tcp", s.isAllowed ? "allow" : "deny", s.sentBytes + s.receivedBytes, s.sentBytes],
    [s.receivedBytes, packets * 2, at, s.seconds, "computer-and-internet-info", "", s.id * 7, "0x8000000000000000"],
    ["10.0.0.0-10.255.255.255", "Japan", "", packets, packets, s.isAllowed ? "tcp-fin" : "policy-deny", 0, 0, 0, 0],
    ["vsys1", s.firewall.name, "from-policy", "", "", 0, "", 0, "", "N/A", 0, 0, 0, 0, scene.random.guid(), 0, 0],
  ];
  const header = { atMs: scene.atMs, host: s.firewall.name, facility: "local4", severity: "info" } as const;
  return {
    host: s.firewall,
    carry: "syslog",
    bytes: rfc3164(header, columns.flat().join(",")),
    told: toldOfSession(s, user),
  };
};

/** Cisco ASA: sessions torn down and denied, and sign-ins to the device by AAA. */
export const asa: Device = (scene) => {
  const s = sessionOf(scene);
  const facts = { host: s.firewall, carry: "syslog" } as const;
  const say = (severity: "warning" | "info", id: string, text: string): Buffer =>
    rfc3164(
      { atMs: scene.atMs, host: s.firewall.name, facility: "local4", severity },
      `%ASA-${severity === "info" ? 6 : 4}-${id}: ${text}`,
    );
  if (scene.random.chance(0.05)) {
    const from = somebodyOutside(scene);
    const text = `AAA user authentication Rejected : reason = Invalid password : server = 10.1.0.10 : user = ${s.person.account} : user IP = ${from}`;
    const told = { who: s.person.account, whereFrom: from, what: "10.1.0.10", didWhat: "logon-failed" } as const;
    return { ...facts, bytes: say("info", "113005", text), told: { ...told, outcome: "failure" } };
  }
  const account = `LOCAL\\${s.person.account}`;
  if (!s.isAllowed) {
    const text =
      `Deny tcp src inside:${s.person.ip}/${s.fromPort}(${account}) dst outside:${s.toIp}/${s.toPort} ` +
      `by access-group "inside_access_in" [0x${scene.random.hex(8)}, 0x0]`;
    return { ...facts, bytes: say("warning", "106023", text), told: toldOfSession(s, s.person.account) };
  }
  const text =
    `Teardown TCP connection ${s.id} for outside:${s.toIp}/${s.toPort} to inside:${s.person.ip}/${s.fromPort}(${account}) ` +
    `duration 0:${String(Math.floor(s.seconds / 60)).padStart(2, "0")}:${String(s.seconds % 60).padStart(2, "0")} ` +
    `bytes ${s.sentBytes + s.receivedBytes} TCP FINs from inside (${s.person.account})`;
  return {
    ...facts,
    bytes: say("info", "302014", text),
    told: { ...toldOfSession(s, s.person.account), didWhat: "connection-ended" },
  };
};

/** LEEF 2.0 of a gateway that knows its people by name. */
export const leef: Device = (scene) => {
  const s = sessionOf(scene);
  const pairs = {
    devTime: new Date(scene.atMs).toISOString().replace("Z", "+0000"),
    devTimeFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    cat: s.isAllowed ? "session.end" : "session.deny",
    sev: s.isAllowed ? 2 : 6,
    src: s.person.ip,
    srcPort: s.fromPort,
    dst: s.toIp,
    dstPort: s.toPort,
    proto: "TCP",
    action: s.isAllowed ? "allow" : "deny",
    usrName: s.person.account,
    identHostName: s.person.workstation,
    displayName: s.person.name,
    srcBytes: s.sentBytes,
    dstBytes: s.receivedBytes,
    policy: s.isAllowed ? "inside-out" : "block-legacy",
    sessionId: s.id,
    engine: `wall[${somePid(scene)}]`,
  };
  const text = Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .join("^");
  const header = { atMs: scene.atMs, host: s.firewall.name, facility: "local4", severity: "info" } as const;
  return {
    host: s.firewall,
    carry: "syslog",
    bytes: rfc3164(header, `LEEF:2.0|Minato Net|Wall|4.2|${s.isAllowed ? "end" : "deny"}|^|${text}`),
    told: toldOfSession(s, s.person.account),
  };
};
