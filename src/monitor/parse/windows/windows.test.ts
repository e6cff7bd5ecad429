import { describe, expect, it, test } from "vitest";
import { answersOf, parseJson, parseLine } from "../testing.ts";

const SYSMON = "Microsoft-Windows-Sysmon/Operational";
const START = {
  UtcTime: "2026-11-23 10:00:00.123",
  ProcessGuid: "{0197231e-0000-0000-0000-000000000001}",
  ProcessId: "4711",
  Image: "C:\\Windows\\System32\\cmd.exe",
  CommandLine: "cmd.exe /c whoami",
  User: "EXAMPLE\\sato",
  ParentImage: "C:\\Windows\\explorer.exe",
  ParentProcessId: "99",
  Hashes: `SHA1=${"A".repeat(40)},MD5=${"B".repeat(32)},SHA256=${"C".repeat(64)},IMPHASH=${"D".repeat(32)}`,
};

const SHAPES: Readonly<Record<string, unknown>> = {
  "NXLog's flat JSON": {
    EventTime: "2026-11-23 19:00:00",
    EventReceivedTime: "2026-11-23 19:00:02",
    "@timestamp": "2026-11-23T10:00:03.000Z",
    Hostname: "ws1.example.com",
    SourceName: "Microsoft-Windows-Sysmon",
    Channel: SYSMON,
    EventID: 1,
    Message: "Process Create:\r\nRuleName: -",
    SourceModuleType: "im_msvistalog",
    ...START,
  },
  "the EVTX export": {
    Event: {
      "#attributes": { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
      System: {
        Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon", Guid: "5770385F" } },
        EventID: 1,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: "2026-11-23T10:00:00.140Z" } },
        Execution: { "#attributes": { ProcessID: 3904, ThreadID: 4272 } },
        Channel: SYSMON,
        Computer: "ws1.example.com",
        Security: { "#attributes": { UserID: "S-1-5-18" } },
      },
      EventData: START,
    },
  },
  "the EVTX export with attributes apart": {
    Event: {
      System: {
        Provider_attributes: { Name: "Microsoft-Windows-Sysmon" },
        EventID: 1,
        TimeCreated_attributes: { SystemTime: "2026-11-23T10:00:00.140Z" },
        Channel: SYSMON,
        Computer: "ws1.example.com",
      },
      EventData: { Data: Object.entries(START).map(([name, text]) => ({ "@Name": name, "#text": text })) },
    },
  },
  "Winlogbeat 8": {
    "@timestamp": "2026-11-23T10:00:00.140Z",
    agent: { type: "winlogbeat", version: "8.15.0" },
    event: { code: "1", provider: "Microsoft-Windows-Sysmon", kind: "event" },
    host: { name: "ws1" },
    log: { level: "information" },
    message: "Process Create:\nRuleName: -",
    winlog: {
      channel: SYSMON,
      event_id: "1",
      computer_name: "ws1.example.com",
      provider_name: "Microsoft-Windows-Sysmon",
      event_data: START,
      user: { identifier: "S-1-5-18", name: "SYSTEM", domain: "NT AUTHORITY" },
    },
  },
  "Winlogbeat whose module moved the data into ECS": {
    "@timestamp": "2026-11-23T10:00:00.123Z",
    event: { code: "1" },
    winlog: {
      channel: SYSMON,
      event_id: 1,
      computer_name: "ws1.example.com",
      provider_name: "Microsoft-Windows-Sysmon",
    },
    process: {
      executable: START.Image,
      command_line: START.CommandLine,
      entity_id: START.ProcessGuid,
      pid: 4711,
      hash: { md5: "b".repeat(32), sha1: "a".repeat(40), sha256: "c".repeat(64) },
      parent: { executable: START.ParentImage, pid: 99 },
    },
    user: { name: "sato", domain: "EXAMPLE" },
  },
  "Winlogbeat 6": {
    "@timestamp": "2026-11-23T10:00:00.140Z",
    computer_name: "ws1.example.com",
    event_id: 1,
    log_name: SYSMON,
    source_name: "Microsoft-Windows-Sysmon",
    event_data: START,
    message: "Process Create:",
  },
  "Elasticsearch's document with dotted names": {
    _index: "winlogbeat-8",
    _source: {
      "@timestamp": "2026-11-23T10:00:00.140Z",
      "winlog.channel": SYSMON,
      "winlog.event_id": 1,
      "winlog.computer_name": "ws1.example.com",
      "winlog.provider_name": "Microsoft-Windows-Sysmon",
      ...Object.fromEntries(Object.entries(START).map(([name, value]) => [`winlog.event_data.${name}`, value])),
    },
  },
};

describe("A process start reads the same in every shape", () => {
  test.each(Object.entries(SHAPES))("%s", (_, shape) => {
    const event = parseJson(shape);
    expect(event.problem).toBe("");
    expect(event.logsource).toEqual({ product: "windows", category: "process_creation", service: "sysmon" });
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.123Z",
      who: "EXAMPLE\\sato",
      from: "ws1.example.com",
      with: "explorer.exe",
      what: "cmd.exe /c whoami",
      did: "process-started",
    });
    expect({ ...event.fields }).toMatchObject({
      EventID: 1,
      Channel: SYSMON,
      Provider_Name: "Microsoft-Windows-Sysmon",
      Computer: "ws1.example.com",
      Image: START.Image,
      CommandLine: START.CommandLine,
      ParentImage: START.ParentImage,
      User: START.User,
    });
    expect(event.hot).toMatchObject({
      dataset: "windows.sysmon",
      event_code: "1",
      user_name: "sato",
      user_domain: "EXAMPLE",
      process_name: "cmd.exe",
      process_pid: 4711,
      process_parent_name: "explorer.exe",
      process_parent_pid: 99,
      file_hash_md5: "b".repeat(32),
      file_hash_sha1: "a".repeat(40),
      file_hash_sha256: "c".repeat(64),
    });
  });
});

const sysmon = (EventID: number, data: object) =>
  parseJson({
    EventID,
    Channel: SYSMON,
    SourceName: "Microsoft-Windows-Sysmon",
    Hostname: "ws1",
    UtcTime: "2026-11-23 10:00:00.000",
    ...data,
  });
const security = (EventID: number, data: object) =>
  parseJson({
    EventID,
    Channel: "Security",
    SourceName: "Microsoft-Windows-Security-Auditing",
    Hostname: "dc1",
    TimeCreated: "2026-11-23T10:00:00Z",
    ...data,
  });
const SUBJECT = { SubjectUserName: "sato", SubjectDomainName: "EXAMPLE", SubjectUserSid: "S-1-5-21-1" };
const CMD = "C:\\Windows\\cmd.exe";

describe("What Sysmon's events say", () => {
  test.each([
    [
      3,
      {
        Image: CMD,
        SourceIp: "10.1.2.3",
        SourcePort: "5000",
        DestinationIp: "203.0.113.9",
        DestinationPort: "443",
        Initiated: "true",
        Protocol: "tcp",
      },
      { from: "10.1.2.3", with: "cmd.exe", what: "203.0.113.9:443", did: "connection-opened" },
    ],
    [7, { Image: CMD, ImageLoaded: "C:\\a\\b.dll" }, { with: "cmd.exe", what: "C:\\a\\b.dll", did: "image-loaded" }],
    [
      10,
      { SourceImage: CMD, TargetImage: "C:\\Windows\\lsass.exe", SourceUser: "EXAMPLE\\sato" },
      { who: "EXAMPLE\\sato", with: "cmd.exe", what: "C:\\Windows\\lsass.exe", did: "process-accessed" },
    ],
    [11, { Image: CMD, TargetFilename: "C:\\a.txt" }, { what: "C:\\a.txt", did: "file-created" }],
    [
      12,
      { Image: CMD, EventType: "CreateKey", TargetObject: "HKLM\\a" },
      { what: "HKLM\\a", did: "registry-key-created" },
    ],
    [12, { Image: CMD, EventType: "DeleteKey", TargetObject: "HKLM\\a" }, { did: "registry-key-deleted" }],
    [12, { Image: CMD, EventType: "DeleteValue", TargetObject: "HKLM\\a" }, { did: "registry-value-deleted" }],
    [13, { Image: CMD, TargetObject: "HKLM\\a\\b" }, { what: "HKLM\\a\\b", did: "registry-value-set" }],
    [17, { Image: CMD, PipeName: "\\p" }, { what: "\\p", did: "pipe-created" }],
    [22, { Image: CMD, QueryName: "www.example.com" }, { what: "www.example.com", did: "dns-query" }],
    [23, { Image: CMD, TargetFilename: "C:\\a.txt" }, { what: "C:\\a.txt", did: "file-deleted" }],
  ])("event %d %j", (id, data, answers) => {
    expect(answersOf(sysmon(id, data))).toMatchObject({ when: "2026-11-23T10:00:00.000Z", from: "ws1", ...answers });
  });

  it("gives back the EventType that NXLog overwrites or drops", () => {
    expect(sysmon(13, { TargetObject: "HKLM\\a" }).fields.EventType).toBe("SetValue");
    expect(sysmon(18, { PipeName: "\\p" }).fields.EventType).toBe("ConnectPipe");
  });
});

describe("What the Security log's events say", () => {
  test.each([
    [
      4624,
      {
        TargetUserName: "sato",
        TargetDomainName: "EXAMPLE",
        IpAddress: "::ffff:198.51.100.7",
        LogonProcessName: "NtLmSsp",
        AuthenticationPackageName: "NTLM",
        ProcessName: "-",
        EventType: "AUDIT_SUCCESS",
      },
      { who: "EXAMPLE\\sato", from: "198.51.100.7", with: "NTLM", what: "dc1", did: "logged-on" },
      "success",
    ],
    [
      4625,
      {
        TargetUserName: "sato",
        TargetDomainName: "-",
        IpAddress: "-",
        WorkstationName: "KALI",
        AuthenticationPackageName: "NTLM",
      },
      { who: "sato", from: "KALI", did: "logon-failed" },
      "failure",
    ],
    [4624, { TargetUserName: "sato", IpAddress: "127.0.0.1" }, { from: "dc1", did: "logged-on" }, "success"],
    [
      4688,
      {
        ...SUBJECT,
        NewProcessName: CMD,
        NewProcessId: "0xfec",
        ProcessId: "0x4a0",
        ParentProcessName: "C:\\Windows\\svchost.exe",
        CommandLine: "cmd /c dir",
      },
      { who: "EXAMPLE\\sato", with: "svchost.exe", what: "cmd /c dir", did: "process-started" },
      "success",
    ],
    [
      4720,
      { ...SUBJECT, TargetUserName: "eve" },
      { who: "EXAMPLE\\sato", what: "eve", did: "user-created" },
      "success",
    ],
    [
      4732,
      { ...SUBJECT, MemberSid: "S-1-5-21-9", MemberName: "-", TargetUserName: "Administrators" },
      { who: "EXAMPLE\\sato", what: "S-1-5-21-9", did: "group-member-added" },
      "success",
    ],
    [
      4768,
      {
        TargetUserName: "sato",
        TargetDomainName: "EXAMPLE",
        ServiceName: "krbtgt",
        IpAddress: "::ffff:10.1.2.3",
        Keywords: -0x7ff0000000000000,
      },
      { from: "10.1.2.3", what: "krbtgt", did: "ticket-requested" },
      "failure",
    ],
    [
      5156,
      {
        Application: "\\device\\disk\\svc.exe",
        Direction: "%%14593",
        SourceAddress: "10.1.2.3",
        SourcePort: "5000",
        DestAddress: "203.0.113.9",
        DestPort: "443",
        Protocol: "6",
      },
      { with: "svc.exe", what: "203.0.113.9:443", did: "connection-allowed" },
      "success",
    ],
    [
      5157,
      {
        Application: "\\device\\disk\\svc.exe",
        SourceAddress: "10.1.2.3",
        DestAddress: "203.0.113.9",
        DestPort: "23",
        Protocol: "6",
      },
      { what: "203.0.113.9:23", did: "connection-denied" },
      "failure",
    ],
    [
      1102,
      { Message: "The audit log was cleared.\r\nSubject:\r\n\tAccount Name:\tsato\r\n\tDomain Name:\tWS1\r\n" },
      { who: "WS1\\sato", what: "Security", did: "log-cleared" },
      "success",
    ],
  ])("event %d %j", (id, data, answers, outcome) => {
    const event = security(id, data);
    expect(answersOf(event)).toMatchObject(answers);
    expect(event.hot.event_outcome).toBe(outcome);
  });

  it("reads process ids in hexadecimal", () => {
    const { hot } = security(4688, { NewProcessName: CMD, NewProcessId: "0xfec", ProcessId: "0x4a0" });
    expect([hot.process_pid, hot.process_parent_pid]).toEqual([0xfec, 0x4a0]);
  });
});

describe("Other Windows logs", () => {
  it("reads PowerShell's context for who and with what, in both dialects", () => {
    const modern = parseJson({
      EventID: 4103,
      Channel: "Microsoft-Windows-PowerShell/Operational",
      Hostname: "ws1",
      TimeCreated: "2026-11-23T10:00:00Z",
      ContextInfo:
        "        Host Application = C:\\Windows\\powershell.exe -enc AAAA\n        User = EXAMPLE\\sato\n        Command Name = Get-Item\n",
      Payload: 'CommandInvocation(Get-Item): "Get-Item"',
    });
    expect(answersOf(modern)).toMatchObject({
      who: "EXAMPLE\\sato",
      with: "powershell.exe",
      what: 'CommandInvocation(Get-Item): "Get-Item"',
      did: "command-run",
    });
    const classic = parseJson({
      EventID: 800,
      Channel: "Windows PowerShell",
      SourceName: "PowerShell",
      Hostname: "ws1",
      EventTime: "2026-11-23T10:00:00Z",
      Message:
        'Pipeline execution details.\r\n\tUserId=EXAMPLE\\sato\r\n\tHostApplication="C:\\a b\\powershell.exe" -nop\r\n\tCommandLine=Get-Date\r\n',
    });
    expect(answersOf(classic)).toMatchObject({
      who: "EXAMPLE\\sato",
      with: "powershell.exe",
      what: "Get-Date",
      did: "command-run",
    });
    expect(classic.fields.Data).toBe(classic.fields.Message);
  });

  it("keeps unnamed data as Data and as param1, param2 …", () => {
    const { fields } = parseJson({
      Event: {
        System: {
          Provider: { "#attributes": { Name: "MSSQLSERVER" } },
          EventID: { "#attributes": { Qualifiers: 16384 }, "#text": 18456 },
          Channel: "Application",
          Computer: "db1",
          TimeCreated: { "#attributes": { SystemTime: "2026-11-23T10:00:00Z" } },
        },
        EventData: { Data: { "#text": ["sa", " Reason: x", "[CLIENT: 198.51.100.7]"] } },
      },
    });
    expect({ ...fields }).toMatchObject({
      EventID: 18456,
      EventID_Qualifiers: 16384,
      Data: ["sa", " Reason: x", "[CLIENT: 198.51.100.7]"],
      param1: "sa",
    });
  });

  it("lifts UserData out of its wrapper and strips spaces from names", () => {
    const { fields, hot } = parseJson({
      Event: {
        System: {
          Provider: { "#attributes": { Name: "Microsoft-Windows-Windows Defender" } },
          EventID: 1116,
          Channel: "Microsoft-Windows-Windows Defender/Operational",
          Computer: "ws1",
          TimeCreated: { "#attributes": { SystemTime: "2026-11-23T10:00:00Z" } },
        },
        EventData: { "Threat Name": "EICAR", "Detection User": "EXAMPLE\\sato", "Process Name": "C:\\a.exe" },
        UserData: { Inner: { "#attributes": { xmlns: "x" }, Own: "1" } },
      },
    });
    expect({ ...fields }).toMatchObject({ ThreatName: "EICAR", DetectionUser: "EXAMPLE\\sato", Own: "1" });
    expect([hot.who, hot.with_what, hot.what, hot.did_what]).toEqual([
      "EXAMPLE\\sato",
      "a.exe",
      "EICAR",
      "malware-detected",
    ]);
  });

  it("answers an id that nobody described with what the event itself says", () => {
    const event = parseJson({
      EventID: 77,
      Channel: "Acme/Operational",
      SourceName: "Acme",
      Hostname: "ws1",
      EventTime: "2026-11-23T10:00:00Z",
      Message: "Something.\r\nMore",
    });
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.000Z",
      who: "",
      from: "ws1",
      with: "Acme",
      what: "Something.",
      did: "",
    });
    expect(event.hot.dataset).toBe("windows.acme");
  });
});

describe("The event's own time", () => {
  const flat = (data: object, hints = {}) =>
    answersOf(parseJson({ EventID: 7036, Channel: "System", SourceName: "x", Hostname: "ws1", ...data }, hints)).when;

  test.each([
    [
      "NXLog's local EventTime, by its distance from the shipper's UTC",
      {
        EventTime: "2026-11-23 05:00:00",
        EventReceivedTime: "2026-11-23 05:00:02",
        "@timestamp": "2026-11-23T10:00:04Z",
      },
      {},
      "2026-11-23T10:00:00.000Z",
    ],
    ["an EventTime with an offset", { EventTime: "2026-11-23T19:00:00.123456+09:00" }, {}, "2026-11-23T10:00:00.123Z"],
    [
      "the source's zone before a guess",
      {
        EventTime: "2026-11-23 19:00:00",
        EventReceivedTime: "2026-11-23 19:30:00",
        "@timestamp": "2026-11-23T10:45:00Z",
      },
      { timeZone: "Asia/Tokyo" },
      "2026-11-23T10:00:00.000Z",
    ],
    ["UTC when nothing tells", { EventTime: "2026-11-23 10:00:00" }, {}, "2026-11-23T10:00:00.000Z"],
    [
      "no guess from a backlog",
      {
        EventTime: "2026-11-23 10:00:00",
        EventReceivedTime: "2026-11-23 10:00:00",
        "@timestamp": "2026-11-23T18:07:00Z",
      },
      {},
      "2026-11-23T10:00:00.000Z",
    ],
    ["Get-WinEvent's date", { TimeCreated: "/Date(1795999999586)/" }, {}, "2026-11-30T00:53:19.586Z"],
    ["@timestamp when there is no other", { "@timestamp": "2026-11-23T10:00:00Z" }, {}, "2026-11-23T10:00:00.000Z"],
  ])("is %s", (_, data, hints, expected) => expect(flat(data, hints)).toBe(expected));

  it("is Sysmon's UtcTime, whatever a zone or a shipper says", () => {
    const event = parseJson(
      {
        EventID: 5,
        Channel: SYSMON,
        SourceName: "x",
        Hostname: "ws1",
        UtcTime: "2026-11-23 10:00:00.500",
        TimeCreated: "2026-11-23 19:00:00",
        "@timestamp": "2026-11-24T00:00:00Z",
      },
      { timeZone: "Asia/Tokyo" },
    );
    expect(answersOf(event).when).toBe("2026-11-23T10:00:00.500Z");
  });

  test.each([
    ["1601-01-01T00:00:00Z", "time_absurd"],
    ["2999-01-01T00:00:00Z", "time_absurd"],
    ["soon enough", "time_unreadable"],
  ])("%s is %s", (TimeCreated, problem) => {
    const event = parseJson({ EventID: 7036, Channel: "System", SourceName: "x", TimeCreated });
    expect([event.timeMs, event.problem]).toEqual([Number.NaN, problem]);
  });
});

describe("The event's XML", () => {
  const xml = (system: string, data: string): string =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>${system}</System>${data}</Event>`;
  const line = xml(
    `<Provider Name='Linux-Sysmon' Guid='{ff03}'/><EventID>1</EventID><TimeCreated SystemTime="2026-11-23T10:00:00.5Z"/><Channel>Linux-Sysmon/Operational</Channel><Computer>srv1</Computer><Security UserId="0"/>`,
    `<EventData><Data Name="UtcTime">2026-11-23 10:00:00.123</Data><Data Name="Image">/usr/bin/bash</Data><Data Name="CommandLine">bash -c &quot;id &amp;&amp; a &lt; b&#x21;&quot;</Data><Data Name="User">sato</Data><Data Name="ParentImage">/usr/sbin/sshd</Data><Data Name="Empty"></Data></EventData>`,
  );

  test.each([
    ["alone", line],
    ["inside syslog, as Sysmon for Linux sends it", `<14>Nov 23 10:00:00 srv1 sysmon: ${line}`],
  ])("reads the same as its JSON, %s", (_, text) => {
    const event = parseLine(text);
    expect(event.problem).toBe("");
    expect(event.logsource).toEqual({ product: "linux", category: "process_creation", service: "sysmon" });
    expect({ ...event.fields }).toMatchObject({
      EventID: 1,
      Image: "/usr/bin/bash",
      Empty: "",
      Provider_Name: "Linux-Sysmon",
      Security_UserId: "0",
    });
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.123Z",
      who: "sato",
      from: "srv1",
      with: "sshd",
      what: 'bash -c "id && a < b!"',
      did: "process-started",
    });
  });

  test.each([
    "<Event><System><EventID>1</EventID></System>",
    "<Event",
    "<Event></Event>",
    `<Event>${"<a>".repeat(100)}`,
    `<!DOCTYPE x [<!ENTITY a "b">]><Event/>`,
  ])("takes %s for text", (text) => expect(parseLine(text).problem).toBe("unrecognized"));
});

it("a source pinned to windows says when a line is something else", () => {
  expect(parseLine("<38>Nov 23 10:00:00 srv1 app: x", { format: "windows" }).problem).toBe("");
  expect(parseLine("just text", { format: "windows" }).problem).toBe("not_the_pinned_format");
});
