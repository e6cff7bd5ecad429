import { hostFor } from "../company.ts";
import { BROWSERS, FILES } from "../vocabulary.ts";
import {
  type Device,
  document,
  highPort,
  type Scene,
  type Session,
  sessionOf,
  somebodyOutside,
  someSite,
} from "./made.ts";

/** Suricata EVE: HTTP records and alerts. Who did it, a network sensor cannot say. */
export const suricata: Device = (scene) => {
  const at = `${new Date(scene.atMs).toISOString().slice(0, 23)}000+0000`;
  const host = hostFor("hq", "firewall");
  const flow = { timestamp: at, flow_id: scene.random.between(1, 2 ** 48), in_iface: "ens5", host: host.name };
  return { host, ...(scene.random.chance(0.2) ? alert(scene, flow) : webRequest(scene, flow)) };
};

function alert(scene: Scene, flow: object): Omit<ReturnType<Device>, "host"> {
  const { random } = scene;
  const isBlocked = random.chance(0.5);
  const src_ip = somebodyOutside(scene);
  const signature = random.pick(["YAGURA Web scanner by user agent", "YAGURA Directory traversal in address"]);
  const made = document({
    ...flow,
    event_type: "alert",
    src_ip,
    src_port: highPort(scene),
    dest_ip: hostFor("hq", "web").ip,
    dest_port: 443,
    proto: "TCP",
    alert: {
      action: isBlocked ? "blocked" : "allowed",
      gid: 1,
      signature_id: 9_000_001,
      rev: 2,
      signature,
      category: "Attempted Information Leak",
      severity: 2,
    },
    app_proto: "http",
    flow: { pkts_toserver: 6, pkts_toclient: 4, bytes_toserver: 912, bytes_toclient: 640 },
  });
  const didWhat = isBlocked ? "attack-blocked" : "attack-detected";
  const told = { who: "", whereFrom: src_ip, what: signature, didWhat } as const;
  return { ...made, told: { ...told, outcome: isBlocked ? "failure" : "success" } };
}

function webRequest(scene: Scene, flow: object): Omit<ReturnType<Device>, "host"> {
  const s = sessionOf(scene);
  const [hostname, url] = someSite(scene);
  const made = document({
    ...flow,
    event_type: "http",
    src_ip: s.person.ip,
    src_port: s.fromPort,
    dest_ip: s.toIp,
    dest_port: 80,
    proto: "TCP",
    tx_id: 0,
    http: {
      hostname,
      url,
      http_user_agent: scene.random.pick(BROWSERS),
      http_content_type: "text/html",
      http_method: "GET",
      protocol: "HTTP/1.1",
      status: 200,
      length: s.receivedBytes,
    },
  });
  const told = { who: "", whereFrom: s.person.ip, what: hostname + url, didWhat: "http-request" } as const;
  return { ...made, told: { ...told, outcome: "success" } };
}

/** Zeek's conn and smb_files logs as JSON with `_path`, as its json-streaming-logs package writes them. */
export const zeek: Device = (scene) => {
  const { random } = scene;
  const host = hostFor("hq", "firewall");
  const s = sessionOf(scene);
  const head = {
    _system_name: host.name,
    ts: scene.atMs / 1000,
    uid: `C${random.letters(17)}`,
    "id.orig_h": s.person.ip,
    "id.orig_p": s.fromPort,
  };
  return { host, ...(random.chance(0.2) ? fileOpened(scene, s, head) : connection(s, head)) };
};

function fileOpened({ random }: Scene, s: Session, head: object): Omit<ReturnType<Device>, "host"> {
  const name = random.pick(FILES);
  const server = hostFor("hq", "file-server");
  const path = `\\\\${server.name}\\share`;
  const made = document({
    _path: "smb_files",
    ...head,
    "id.resp_h": server.ip,
    "id.resp_p": 445,
    fuid: `F${random.letters(17)}`,
    action: "SMB::FILE_OPEN",
    path,
    name,
    size: random.between(2_000, 9_000_000),
  });
  const told = { who: "", whereFrom: s.person.ip, what: `${path}\\${name}`, didWhat: "file-accessed" } as const;
  return { ...made, told: { ...told, outcome: "" } };
}

function connection(s: Session, head: object): Omit<ReturnType<Device>, "host"> {
  const made = document({
    _path: "conn",
    ...head,
    "id.resp_h": s.toIp,
    "id.resp_p": s.toPort,
    proto: "tcp",
    ...(s.isAllowed && { service: s.toPort === 80 ? "http" : "ssl", duration: s.seconds + 0.25 }),
    orig_bytes: s.sentBytes,
    resp_bytes: s.receivedBytes,
    conn_state: s.isAllowed ? "SF" : "REJ",
    local_orig: true,
    local_resp: false,
    missed_bytes: 0,
    history: s.isAllowed ? "ShADadFf" : "Sr",
    orig_pkts: Math.ceil(s.sentBytes / 900),
    orig_ip_bytes: s.sentBytes + 320,
    resp_pkts: Math.ceil(s.receivedBytes / 900),
    resp_ip_bytes: s.receivedBytes + 280,
  });
  const told = { who: "", whereFrom: s.person.ip, what: `${s.toIp}:${s.toPort}`, didWhat: "connection-ended" } as const;
  return { ...made, told: { ...told, outcome: s.isAllowed ? "success" : "failure" } };
}
