import { hostFor, unitOf, WINDOWS_DOMAIN } from "../company.ts";
import { winlogbeat } from "../formats/winlogbeat.ts";
import { BROWSERS, FILES } from "../vocabulary.ts";
import {
  type Device,
  highPort,
  isUsual,
  type Made,
  serverOutside,
  sessionOf,
  somebody,
  somebodyOutside,
  someSite,
} from "./made.ts";

const document = (value: object): Pick<Made, "carry" | "bytes"> => ({
  carry: "json",
  bytes: Buffer.from(JSON.stringify(value)),
});

/** Sign-ins at the domain controller as Winlogbeat sends them. */
export const windows: Device = (scene) => {
  const { random, atMs } = scene;
  const host = hostFor("hq", "domain-controller");
  const person = somebody(scene);
  const isFine = isUsual(scene);
  const bytes = winlogbeat({
    atMs,
    computer: host.name,
    log: "security",
    id: isFine ? 4624 : 4625,
    title: isFine ? "An account was successfully logged on." : "An account failed to log on.",
    action: "Logon",
    recordId: random.between(10_000, 99_000_000),
    outcome: isFine ? "success" : "failure",
    data: {
      SubjectUserSid: "S-1-0-0",
      SubjectUserName: "-",
      SubjectDomainName: "-",
      SubjectLogonId: "0x0",
      TargetUserName: person.account,
      TargetDomainName: WINDOWS_DOMAIN.netbios,
      LogonType: "3",
      ...(isFine ? { TargetLogonId: `0x${random.hex(6)}` } : { Status: "0xc000006d", SubStatus: "0xc000006a" }),
      AuthenticationPackageName: random.pick(["Kerberos", "NTLM"]),
      WorkstationName: person.workstation.toUpperCase(),
      IpAddress: person.ip,
      IpPort: String(highPort(scene)),
      ProcessName: "-",
    },
  });
  const who = `${WINDOWS_DOMAIN.netbios}\\${person.account}`;
  const didWhat = isFine ? "logged-on" : "logon-failed";
  const told = { who, whereFrom: person.ip, what: `${host.name}.${WINDOWS_DOMAIN.dns}`, didWhat } as const;
  return { host, carry: "json", bytes, told: { ...told, outcome: isFine ? "success" : "failure" } };
};

/** Suricata EVE: HTTP records and alerts. Who did it, a network sensor cannot say. */
export const suricata: Device = (scene) => {
  const { random } = scene;
  const host = hostFor("hq", "firewall");
  const s = sessionOf(scene);
  const at = `${new Date(scene.atMs).toISOString().slice(0, 23)}000+0000`;
  const flow = { timestamp: at, flow_id: random.between(1, 2 ** 48), in_iface: "ens5", host: host.name };
  if (random.chance(0.2)) {
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
    return { host, ...made, told: { ...told, outcome: isBlocked ? "failure" : "success" } };
  }
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
      http_user_agent: random.pick(BROWSERS),
      http_content_type: "text/html",
      http_method: "GET",
      protocol: "HTTP/1.1",
      status: 200,
      length: s.receivedBytes,
    },
  });
  const told = { who: "", whereFrom: s.person.ip, what: hostname + url, didWhat: "http-request" } as const;
  return { host, ...made, told: { ...told, outcome: "success" } };
};

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
  if (random.chance(0.2)) {
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
    return { host, ...made, told: { ...told, outcome: "" } };
  }
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
  return { host, ...made, told: { ...told, outcome: s.isAllowed ? "success" : "failure" } };
};

const CALLS = [
  ["s3.amazonaws.com", "ListBuckets"],
  ["ec2.amazonaws.com", "DescribeInstances"],
  ["iam.amazonaws.com", "ListUsers"],
  ["sts.amazonaws.com", "GetCallerIdentity"],
] as const;

/** One record of AWS CloudTrail: an API call, or a sign-in to the console. */
export const cloudtrail: Device = (scene) => {
  const { random } = scene;
  const person = somebody(scene);
  const host = hostFor(person.unit, "proxy");
  const isSignIn = random.chance(0.2);
  const isFine = isUsual(scene);
  const [eventSource, eventName] = isSignIn ? (["signin.amazonaws.com", "ConsoleLogin"] as const) : random.pick(CALLS);
  const sourceIPAddress = isFine ? unitOf(person.unit).publicIp : serverOutside(scene);
  const made = document({
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${random.letters(17).toUpperCase()}`,
      arn: `arn:aws:iam::123456789012:user/${person.account}`,
      accountId: "123456789012",
      userName: person.account,
    },
    eventTime: `${new Date(scene.atMs).toISOString().slice(0, 19)}Z`,
    eventSource,
    eventName,
    awsRegion: "ap-northeast-1",
    sourceIPAddress,
    userAgent: isSignIn ? random.pick(BROWSERS) : "aws-cli/2.19.1 md/awscrt#0.22.0 ua/2.0 os/linux",
    ...(!isFine && !isSignIn && { errorCode: "AccessDenied", errorMessage: "User is not authorized" }),
    requestParameters: null,
    responseElements: isSignIn ? { ConsoleLogin: isFine ? "Success" : "Failure" } : null,
    requestID: random.guid(),
    eventID: random.guid(),
    readOnly: !isSignIn,
    eventType: isSignIn ? "AwsConsoleSignIn" : "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "123456789012",
  });
  const didWhat = isSignIn ? (isFine ? "logged-on" : "logon-failed") : "api-called";
  const what = `${eventSource.replace(".amazonaws.com", "")}:${eventName}`;
  const told = { who: person.account, whereFrom: sourceIPAddress, what, didWhat } as const;
  return { host, ...made, told: { ...told, outcome: isFine ? "success" : "failure" } };
};
