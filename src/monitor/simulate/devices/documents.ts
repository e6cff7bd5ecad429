import { hostFor, unitOf, WINDOWS_DOMAIN } from "../company.ts";
import { winlogbeat } from "../formats/winlogbeat.ts";
import { BROWSERS } from "../vocabulary.ts";
import { type Device, document, highPort, isUsual, serverOutside, somebody } from "./made.ts";

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
