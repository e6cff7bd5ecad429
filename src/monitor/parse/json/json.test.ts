import { describe, expect, it, test } from "vitest";
import { answersOf, parseJson, parseLine } from "../testing.ts";

describe("Generic JSON", () => {
  it("flattens to dotted names, keeps lists of scalars, and merges lists of objects", () => {
    const { fields } = parseJson({
      a: { b: { c: 1 } },
      list: ["x", 2, null],
      rows: [
        { id: 1, tags: ["p"] },
        { id: 2, tags: ["q", "r"] },
      ],
      none: null,
      empty: [],
    });
    expect({ ...fields }).toEqual({
      "a.b.c": 1,
      list: ["x", 2, null],
      "rows.id": [1, 2],
      "rows.tags": ["p", "q", "r"],
      none: null,
      empty: [],
    });
  });

  it("recognizes ECS in hot columns", () => {
    const event = parseJson({
      "@timestamp": "2026-11-23T10:00:00Z",
      event: { code: "E1", outcome: "success" },
      user: { name: "sato" },
      source: { ip: "::ffff:10.1.2.3", port: 5000, bytes: 7 },
      destination: { ip: "203.0.113.9", port: 443 },
      process: { name: "curl", pid: 7 },
      host: { name: "srv1", ip: ["10.1.2.3", "fe80::1"] },
      log: { level: "WARN" },
    });
    expect(event.hot).toMatchObject({
      source_ip: "10.1.2.3",
      source_port: 5000,
      source_bytes: 7,
      host_ip: "10.1.2.3",
      process_pid: 7,
      log_level: "warning",
      event_severity: 5,
      event_code: "E1",
    });
    expect(answersOf(event)).toEqual({
      when: "2026-11-23T10:00:00.000Z",
      who: "sato",
      from: "10.1.2.3",
      with: "curl",
      what: "203.0.113.9:443",
      did: "connection-allowed",
    });
  });

  it("does not let a log write the parser's own answers", () => {
    const { hot, logsource } = parseJson({
      who: "x",
      what: "y",
      did_what: "z",
      product: "windows",
      category: "process_creation",
      event: { dataset: "d" },
    });
    expect([hot.who, hot.what, hot.did_what, hot.dataset]).toEqual(["", "", "", "json"]);
    expect(logsource).toEqual({ product: "", category: "", service: "" });
  });

  test.each([
    ["@timestamp", "2026-11-23T10:00:00Z"],
    ["timestamp", 1_795_428_000],
    ["time", 1_795_428_000_000],
    ["ts", "2026-11-23T19:00:00.000+09:00"],
    ["TimeGenerated", "2026-11-23T10:00:00.0000000Z"],
  ])("takes the time from %s = %j", (name, value) =>
    expect(answersOf(parseJson({ [name]: value })).when).toBe("2026-11-23T10:00:00.000Z"),
  );

  test.each([
    [{ time: 12.5 }, ""],
    [{ "@timestamp": "2300-01-01T00:00:00Z" }, "time_absurd"],
    [{ timestamp: -9_999_999_999 }, "time_absurd"],
    [{ timestamp: "2300-01-01T00:00:00Z", time: "2026-11-23T10:00:00Z" }, ""],
  ])("%j has problem %j", (value, problem) => expect(parseJson(value).problem).toBe(problem));
});

const PRODUCTS: readonly (readonly [string, object, readonly [string, string, string], object])[] = [
  [
    "AWS CloudTrail",
    {
      eventVersion: "1.08",
      eventTime: "2026-11-23T10:00:00Z",
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      awsRegion: "ap-northeast-1",
      sourceIPAddress: "203.0.113.9",
      userAgent: "aws-cli/2",
      userIdentity: { type: "IAMUser", userName: "sato", arn: "arn:aws:iam::1:user/sato" },
      requestParameters: { userName: "eve" },
      responseElements: null,
    },
    ["aws", "", "cloudtrail"],
    { who: "sato", from: "203.0.113.9", with: "aws-cli/2", what: "iam:CreateUser", did: "user-created" },
  ],
  [
    "a failed console sign-in",
    {
      eventVersion: "1.08",
      eventTime: "2026-11-23T10:00:00Z",
      eventSource: "signin.amazonaws.com",
      eventName: "ConsoleLogin",
      sourceIPAddress: "203.0.113.9",
      userAgent: "x",
      userIdentity: { type: "Root" },
      responseElements: { ConsoleLogin: "Failure" },
    },
    ["aws", "", "cloudtrail"],
    { who: "root", did: "logon-failed" },
  ],
  [
    "Azure's sign-in log",
    {
      time: "2026-11-23T10:00:00Z",
      category: "SignInLogs",
      operationName: "Sign-in activity",
      callerIpAddress: "203.0.113.9",
      resultType: "50126",
      properties: { userPrincipalName: "sato@example.com", appDisplayName: "Portal", resourceDisplayName: "Graph" },
    },
    ["azure", "", "signinlogs"],
    { who: "sato@example.com", from: "203.0.113.9", with: "Portal", what: "Graph", did: "logon-failed" },
  ],
  [
    "Okta",
    {
      published: "2026-11-23T10:00:00Z",
      eventType: "user.session.start",
      actor: { alternateId: "sato@example.com" },
      client: { ipAddress: "203.0.113.9", userAgent: { rawUserAgent: "x" } },
      outcome: { result: "SUCCESS" },
      displayMessage: "User login",
    },
    ["okta", "", "okta"],
    { who: "sato@example.com", from: "203.0.113.9", did: "logged-on" },
  ],
  [
    "a Kubernetes audit event",
    {
      apiVersion: "audit.k8s.io/v1",
      kind: "Event",
      requestReceivedTimestamp: "2026-11-23T10:00:00.000000Z",
      verb: "create",
      user: { username: "sato" },
      sourceIPs: ["203.0.113.9"],
      userAgent: "kubectl",
      requestURI: "/api/v1/pods",
      responseStatus: { code: 403 },
    },
    ["kubernetes", "application", "audit"],
    { who: "sato", from: "203.0.113.9", with: "kubectl", what: "/api/v1/pods", did: "api-called" },
  ],
  [
    "a Suricata alert",
    {
      timestamp: "2026-11-23T10:00:00.000000+0000",
      flow_id: 1,
      event_type: "alert",
      src_ip: "203.0.113.9",
      src_port: 5000,
      dest_ip: "10.1.2.3",
      dest_port: 80,
      proto: "TCP",
      app_proto: "http",
      alert: { action: "blocked", signature: "Test rule", severity: 1 },
    },
    ["suricata", "", "alert"],
    { from: "203.0.113.9", with: "http", what: "Test rule", did: "attack-blocked" },
  ],
  [
    "a Zeek DNS log",
    {
      ts: 1_795_428_000.5,
      uid: "C1",
      "id.orig_h": "10.1.2.3",
      "id.orig_p": 5000,
      "id.resp_h": "10.0.0.53",
      "id.resp_p": 53,
      proto: "udp",
      query: "www.example.com",
      qtype_name: "A",
    },
    ["zeek", "", "dns"],
    { from: "10.1.2.3", with: "udp", what: "www.example.com", did: "dns-query" },
  ],
  [
    "an audit record in a cloud agent's JSON",
    {
      EventTime: "2026-11-23T10:00:00Z",
      Computer: "srv1",
      HostName: "srv1",
      Facility: "user",
      ProcessName: "auoms",
      SyslogMessage:
        'type=AUOMS_EXECVE audit(1795428000.250:7): syscall=execve success=no exit=-2 ppid=1 pid=7 user=tomcat uid=1001 comm="java" exe="/usr/bin/java" cwd="/" cmdline="id -u"',
    },
    ["linux", "process_creation", "auditd"],
    {
      when: "2026-11-23T10:00:00.250Z",
      who: "tomcat",
      from: "srv1",
      with: "java",
      what: "id -u",
      did: "process-started",
    },
  ],
];

describe("Products that JSON tells by its fields", () => {
  test.each(PRODUCTS)("%s", (_, value, [product, category, service], answers) => {
    const event = parseJson(value);
    expect(event.problem).toBe("");
    expect(event.logsource).toEqual({ product, category, service });
    expect(answersOf(event)).toMatchObject({ when: expect.stringMatching(/^2026-11-23T10:00:00/), ...answers });
  });

  it("keeps CloudTrail's parameters flat and whole, for rules that search in either", () => {
    const { fields } = parseJson(PRODUCTS[0]?.[1]);
    expect(fields["requestParameters.userName"]).toBe("eve");
    expect(fields.requestParameters).toBe('{"userName":"eve"}');
  });
});

describe("Linux audit records", () => {
  it("names the system call, the login user and the program", () => {
    const event = parseLine(
      'type=SYSCALL msg=audit(1795428000.250:7): arch=c000003e syscall=59 success=yes exit=0 a0=55d0 ppid=1 pid=7 auid=1000 uid=0 comm="id" exe="/usr/bin/id" key="rootcmd" AUID="sato" UID="root"',
    );
    expect(event.logsource).toEqual({ product: "linux", category: "process_creation", service: "auditd" });
    expect({ ...event.fields }).toMatchObject({
      type: "SYSCALL",
      SYSCALL: "execve",
      a0: "55d0",
      exe: "/usr/bin/id",
      Image: "/usr/bin/id",
    });
    expect(answersOf(event)).toMatchObject({ who: "sato", with: "id", did: "process-started" });
  });

  it("joins an EXECVE's arguments, hexadecimal ones too", () => {
    const event = parseLine('node=srv1 type=EXECVE msg=audit(1795428000.250:7): argc=3 a0="sh" a1="-c" a2=6964202D75');
    expect({ ...event.fields }).toMatchObject({ type: "EXECVE", a0: "sh", CommandLine: "sh -c id -u" });
    expect(answersOf(event)).toMatchObject({ from: "srv1", what: "sh -c id -u" });
  });

  it("reads a login", () => {
    const event = parseLine(
      `type=USER_LOGIN msg=audit(1795428000.250:7): pid=7 uid=0 auid=1000 ses=1 msg='op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=ssh res=failed'`,
    );
    expect(answersOf(event)).toMatchObject({ who: "root", from: "203.0.113.9", with: "sshd", did: "logon-failed" });
    expect(event.hot.event_outcome).toBe("failure");
  });
});

const ACCEPTED = "Nov 23 10:00:00 srv1 sshd[7]: Accepted password for sato from 203.0.113.9 port 5 ssh2";

const ASA =
  "%ASA-6-302013: Built inbound TCP connection 5 for outside:203.0.113.9/50000 (203.0.113.9/50000) to inside:10.0.0.5/443 (10.0.0.5/443)";

describe("What shippers wrap", () => {
  test.each([
    [
      "Filebeat",
      {
        "@timestamp": "2026-11-23T10:00:05Z",
        agent: { type: "filebeat" },
        log: { file: { path: "/var/log/auth.log" } },
        host: { name: "srv1" },
        message: "Nov 23 10:00:00 srv1 sshd[7]: Accepted password for sato from 203.0.113.9 port 5 ssh2",
      },
      "linux.sshd",
    ],
    [
      "journald",
      {
        MESSAGE: "Accepted password for sato from 203.0.113.9 port 5 ssh2",
        SYSLOG_IDENTIFIER: "sshd",
        _HOSTNAME: "srv1",
        _PID: "7",
        __REALTIME_TIMESTAMP: "1795428000000000",
      },
      "linux.sshd",
    ],
    [
      "syslog-ng's format-json, which leaves an empty PID out",
      {
        PROGRAM: "sshd",
        PRIORITY: "info",
        MESSAGE: "Accepted password for sato from 203.0.113.9 port 5 ssh2",
        ISODATE: "2026-11-23T10:00:00+00:00",
        HOST: "srv1",
        FACILITY: "auth",
        "@timestamp": "2026-11-23T10:00:00+00:00",
      },
      "linux.sshd",
    ],
    [
      "rsyslog's omelasticsearch with a template in ECS's names",
      {
        "@timestamp": "2026-11-23T10:00:00Z",
        host: { name: "srv1" },
        process: { name: "sshd", pid: 7 },
        message: "Accepted password for sato from 203.0.113.9 port 5 ssh2",
      },
      "linux.sshd",
    ],
    [
      "Fluent Bit in Kubernetes",
      { log: '203.0.113.9 - sato [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"\n', stream: "stdout" },
      "web.access",
    ],
    ["a shipper's least", { "@timestamp": "2026-11-23T10:00:05Z", message: ACCEPTED }, "linux.sshd"],
    [
      "Logstash",
      { "@timestamp": "2026-11-23T10:00:05Z", "@version": "1", event: { original: ACCEPTED }, message: ACCEPTED },
      "linux.sshd",
    ],
    [
      "Vector's syslog input",
      {
        appname: "sshd",
        host: "srv1",
        facility: "auth",
        severity: "info",
        message: "Accepted password for sato from 203.0.113.9 port 5 ssh2",
        source_ip: "192.0.2.1",
        source_type: "syslog",
        timestamp: "2026-11-23T10:00:00Z",
      },
      "linux.sshd",
    ],
    [
      "rsyslog's standard template",
      {
        "@timestamp": "2026-11-23T10:00:00+00:00",
        host: "srv1",
        syslogtag: "sshd[7]:",
        message: " Accepted password for sato from 203.0.113.9 port 5 ssh2",
        severity: "info",
        facility: "auth",
      },
      "linux.sshd",
    ],
  ])("%s", (_, value, dataset) => {
    const event = parseJson(value);
    expect([event.problem, event.hot.dataset]).toEqual(["", dataset]);
    expect(answersOf(event)).toMatchObject({ when: "2026-11-23T10:00:00.000Z", who: "sato", from: "203.0.113.9" });
  });

  it("keeps what the shipper says of the place a line was found in", () => {
    const event = parseJson({
      message: ACCEPTED,
      agent: { name: "edge-1" },
      tags: ["dmz"],
      log: { file: { path: "/var/log/auth.log" } },
      kubernetes: { pod: { name: "web-1" } },
    });
    expect(event.fields).toMatchObject({
      program: "sshd",
      tags: ["dmz"],
      "agent.name": "edge-1",
      "log.file.path": "/var/log/auth.log",
      "kubernetes.pod.name": "web-1",
    });
  });

  it("reads JSON inside the line as it reads it bare", () => {
    const eve = { event_type: "dns", flow_id: 1, src_ip: "192.0.2.1", timestamp: "2026-11-23T10:00:00.000000+0000" };
    const event = parseJson({ "@timestamp": "2026-11-23T10:00:05Z", message: JSON.stringify(eve) });
    expect([event.hot.dataset, event.hot.source_ip]).toEqual([parseJson(eve).hot.dataset, "192.0.2.1"]);
  });

  test.each([
    ["Vector", { appname: "kernel", host: "srv1", facility: "kern", severity: "crit", message: "oops", timestamp: 1 }],
    [
      "rsyslog",
      { "@timestamp": "2026-11-23T10:00:00Z", host: "srv1", syslogtag: "kernel:", pri: "2", message: " oops" },
    ],
    [
      "journald",
      { MESSAGE: "oops", SYSLOG_IDENTIFIER: "kernel", _HOSTNAME: "srv1", PRIORITY: "2", SYSLOG_FACILITY: "0" },
    ],
    [
      "Filebeat's syslog input",
      {
        agent: { type: "filebeat" },
        log: { syslog: { appname: "kernel", priority: 2 } },
        host: { name: "srv1" },
        message: "oops",
      },
    ],
  ])("keeps the head of syslog as %s says it", (_, value) => {
    const { fields, hot } = parseJson(value);
    expect(fields).toMatchObject({ program: "kernel", hostname: "srv1", facility: "kern", severity: "critical" });
    expect([hot.log_level, hot.host_name]).toEqual(["critical", "srv1"]);
  });

  it("invents no facility or severity, and keeps the process number", () => {
    const { fields, hot } = parseJson({ syslogtag: "sshd[7]:", host: "2001:db8::5", message: ACCEPTED.slice(30) });
    expect([fields.facility, fields.severity, fields.pid, hot.event_severity]).toEqual([undefined, undefined, "7", 0]);
    expect([hot.host_name, hot.dataset]).toEqual(["2001:db8::5", "linux.sshd"]);
  });

  it.each([
    ["without a host", { ident: "sshd", message: ACCEPTED.slice(30) }, "linux.sshd"],
    [
      "with Cisco's mnemonic for a tag",
      { syslogtag: "%ASA-6-302013:", message: ` ${ASA.slice(ASA.indexOf("Built"))}` },
      parseLine(ASA).hot.dataset,
    ],
    ["inside Elasticsearch's document", { _index: "a", _source: { "@timestamp": 1, message: ACCEPTED } }, "linux.sshd"],
  ])("finds the program %s", (_, value, dataset) => expect(parseJson(value).hot.dataset).toBe(dataset));

  it("follows every pin of a format of lines into the document, as if the line had come alone", () => {
    const lines = {
      keyvalue: "user=alice action=login src=192.0.2.4",
      yamaha: "[IKE] initiate ISAKMP phase to 192.0.2.7",
      cef: "CEF:0|Acme|Gate|1|9|x|5|act=deny src=192.0.2.4",
      syslog: ACCEPTED,
    };
    for (const [format, line] of Object.entries(lines)) {
      const [alone, carried] = [parseLine(line, { format }), parseJson({ message: line }, { format })];
      expect([format, carried.problem, carried.fields, carried.hot.dataset]).toEqual([
        format,
        alone.problem,
        alone.fields,
        alone.hot.dataset,
      ]);
    }
  });

  it("believes no line that a program's own log holds, since a stranger may have typed it", () => {
    for (const own of [{ severity: "INFO", timestamp: 1, path: "/search" }, { level: "info" }, { tags: ["a"] }, {}])
      expect(parseJson({ ...own, message: ACCEPTED }).hot.dataset).toBe("json");
  });

  it("leaves a document alone that says something itself, or whose line nothing can read", () => {
    const spoken = parseJson({ message: ACCEPTED, level: "info", order: 5 });
    expect([spoken.hot.dataset, spoken.fields.order]).toEqual(["json", 5]);
    const plain = parseJson({
      "@timestamp": "2026-11-23T10:00:05Z",
      message: "payment failed for order 5",
      tags: ["a"],
    });
    expect([plain.hot.dataset, plain.problem, plain.hot.message]).toEqual(["json", "", "payment failed for order 5"]);
  });

  it("follows the source's pin to the line, and says when it is not that", () => {
    const hints = { format: "squid" };
    const squid =
      "1795428000.000 5 192.0.2.1 TCP_MISS/200 512 GET http://example.com/ sato HIER_DIRECT/203.0.113.9 text/html";
    const carried = parseLine(JSON.stringify({ message: squid }), hints);
    expect([carried.problem, carried.hot.dataset]).toEqual(["", parseLine(squid, hints).hot.dataset]);
    expect(parseLine(JSON.stringify({ message: "CEF:0|Acme|Gate|1|9|x|5|act=deny" }), hints).problem).toBe(
      "not_the_pinned_format",
    );
  });
});
