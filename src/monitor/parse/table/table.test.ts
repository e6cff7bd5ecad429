import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Parsed, ParseHints } from "../reading.ts";
import { answersOf, parseJson, parseLine } from "../testing.ts";
import { TableHead } from "./head.ts";

/** Reads lines as they come from one file: each by what stands above it. */
function readFile(lines: readonly string[], hints: Partial<ParseHints> = {}): Parsed[] {
  const head = new TableHead(hints.format ?? "auto", hints.format === "csv" ? lines[0] : "");
  return lines.map((line) => {
    const table = head.tableOf(Buffer.from(line));
    return parseLine(line, { ...hints, ...(table && { table }) });
  });
}
const last = (lines: readonly string[], hints: Partial<ParseHints> = {}): Parsed => {
  const event = readFile(lines, hints).at(-1);
  if (event === undefined) throw new Error("no line");
  return event;
};

const zeekHead = (path: string, columns: string, by = "\t"): string[] => {
  const pairs = columns.split(" ").map((pair) => pair.split("="));
  return [
    `#separator ${by === "\t" ? "\\x09" : by}`,
    ["#set_separator", ","].join(by),
    ["#empty_field", "(empty)"].join(by),
    ["#unset_field", "-"].join(by),
    ["#path", path].join(by),
    ["#fields", ...pairs.map(([name]) => name)].join(by),
    ["#types", ...pairs.map(([, type]) => type)].join(by),
  ];
};
const ID = "ts=time uid=string id.orig_h=addr id.orig_p=port id.resp_h=addr id.resp_p=port";
const ID_CELLS = ["1795428000.500000", "CabcdefghijklmnopQ", "10.1.2.3", "50000", "203.0.113.9", "443"];

describe("A Zeek table", () => {
  it("gives the fields and answers that Zeek's JSON gives", () => {
    const head = zeekHead(
      "conn",
      `${ID} proto=enum service=string duration=interval conn_state=string local_orig=bool`,
    );
    const row = last([...head, [...ID_CELLS, "tcp", "ssl", "1.250000", "SF", "T"].join("\t")]);
    const json = parseJson({
      ts: 1795428000.5,
      uid: "CabcdefghijklmnopQ",
      "id.orig_h": "10.1.2.3",
      "id.orig_p": 50000,
      "id.resp_h": "203.0.113.9",
      "id.resp_p": 443,
      proto: "tcp",
      service: "ssl",
      duration: 1.25,
      conn_state: "SF",
      local_orig: true,
      _path: "conn",
    });
    expect({ ...row.fields }).toEqual({ ...json.fields });
    expect(row.hot).toEqual({ ...json.hot, message: row.hot.message });
    expect([row.problem, row.timeMs, row.logsource]).toEqual(["", json.timeMs, json.logsource]);
    expect(answersOf(row)).toMatchObject({
      from: "10.1.2.3",
      with: "ssl",
      what: "203.0.113.9:443",
      did: "connection-ended",
    });
    expect([row.hot.event_outcome, row.hot.user_id]).toEqual(["success", ""]);
  });

  test.each([
    ["a number", "count", "42", 42],
    ["a number larger than a double holds", "count", "18446744073709551615", "18446744073709551615"],
    ["a truth", "bool", "F", false],
    ["an unset cell, which is left out", "string", "-", undefined],
    ["a dash that is a text", "string", "\\x2d", "-"],
    ["an empty text", "string", "(empty)", ""],
    ["an empty set", "set[string]", "(empty)", []],
    ["a set with a comma in it", "set[string]", "a\\x2cb,c", ["a,b", "c"]],
    ["a vector with an unset item", "vector[count]", "1,-,3", [1, null, 3]],
    ["UTF-8 that was escaped", "string", "caf\\xc3\\xa9", "café"],
    ["bytes that are no UTF-8", "string", "caf\\xe9", "caf\\xe9"],
    ["backslashes", "string", "\\\\\\\\srv\\\\share", "\\\\srv\\share"],
    ["a NUL, which engines refuse", "string", "a\\x00b", "a\\x00b"],
  ])("reads %s", (_, type, cell, expected) => {
    const { fields } = last([...zeekHead("test", `ts=time x=${type} y=string`), `1795428000.500000\t${cell}\tz`]);
    expect(fields.x).toEqual(expected);
  });

  it("may be parted by any text, and ends where its head says", () => {
    const head = zeekHead("test", "ts=time x=string y=count", "||");
    const [row, after] = readFile([...head, "1795428000.5||a||7", "#close||2026-11-23", "1795428000.5||a||7"]).filter(
      ({ hot }) => hot.dataset !== "zeek.header",
    );
    expect([row?.fields.x, row?.fields.y, row?.hot.dataset]).toEqual(["a", 7, "zeek.test"]);
    expect(after?.problem).toBe("unrecognized");
  });

  it("keeps its head as events of their own, without a problem", () => {
    const events = readFile(zeekHead("test", "ts=time x=string"));
    expect(events.map(({ problem, hot }) => `${problem}${hot.dataset}`)).toEqual(events.map(() => "zeek.header"));
  });

  it("leaves a line that does not fit to the other readers", () => {
    const event = last([...zeekHead("conn", ID), '{"message":"hello"}']);
    expect([event.problem, event.hot.dataset]).toEqual(["", "json"]);
  });

  test.each([
    [
      "dns",
      "proto=enum query=string qtype_name=string rcode_name=string",
      "udp www.example.com A NXDOMAIN",
      "www.example.com",
      "dns-query",
      "failure",
    ],
    [
      "http",
      "method=string host=string uri=string user_agent=string status_code=count",
      "GET www.example.com /a?b curl/8 404",
      "www.example.com/a?b",
      "http-request",
      "failure",
    ],
    [
      "ssl",
      "version=string server_name=string established=bool",
      "TLSv13 www.example.com T",
      "www.example.com:443",
      "connection-opened",
      "success",
    ],
    [
      "ssh",
      "client=string auth_success=bool",
      "SSH-2.0-OpenSSH_9 F",
      "203.0.113.9:443",
      "connection-opened",
      "failure",
    ],
    [
      "ftp",
      "user=string command=string arg=string reply_code=count",
      "sato RETR /a.txt 226",
      "/a.txt",
      "file-transferred",
      "success",
    ],
    [
      "kerberos",
      "request_type=string client=string service=string success=bool",
      "TGS sato/EXAMPLE cifs/srv T",
      "cifs/srv",
      "ticket-requested",
      "success",
    ],
    [
      "ntlm",
      "username=string domainname=string success=bool",
      "sato EXAMPLE F",
      "203.0.113.9:443",
      "credentials-checked",
      "failure",
    ],
    [
      "smb_files",
      "action=enum path=string name=string",
      "SMB::FILE_OPEN share a.txt",
      "share\\a.txt",
      "file-accessed",
      "",
    ],
    [
      "tunnel",
      "tunnel_type=enum action=enum",
      "Tunnel::GRE Tunnel::DISCOVER",
      "203.0.113.9:443",
      "connection-opened",
      "",
    ],
    ["weird", "name=string peer=string", "bad_TCP_checksum zeek", "bad_TCP_checksum", "anomaly-detected", ""],
    [
      "sip",
      "method=string uri=string request_from=string request_to=string status_code=count",
      "INVITE sip:b@x a@x b@x 200",
      "b@x",
      "connection-opened",
      "success",
    ],
    [
      "smtp",
      "helo=string mailfrom=string rcptto=set[string] last_reply=string",
      "mx a@x b@x 250",
      "b@x",
      "mail-transferred",
      "success",
    ],
  ])("%s answers five of the six questions", (path, columns, cells, what, did, outcome) => {
    const event = last([...zeekHead(path, `${ID} ${columns}`), [...ID_CELLS, ...cells.split(" ")].join("\t")]);
    const answers = answersOf(event);
    expect([event.problem, event.logsource]).toEqual(["", { product: "zeek", category: "", service: path }]);
    expect([answers.what, answers.did, event.hot.event_outcome]).toEqual([what, did, outcome]);
    expect(Object.entries(answers).filter(([name, answer]) => name !== "who" && answer === "")).toEqual([]);
  });

  it("is known by its shape when nobody has its head", () => {
    const row = [...ID_CELLS, "tcp", "-", "0.1", "1", "2", "SF", "T", "F", "0", "ShAdDa", "5", "6", "7", "8", "-"];
    expect(parseLine(row.join("\t")).hot.dataset).toBe("zeek.conn");
    expect(parseLine([...row, "6"].join("\t")).fields.ip_proto).toBe(6);
    expect(parseLine(row.with(4, "nowhere").join("\t")).problem).toBe("unrecognized");
  });
});

describe("W3C's extended log format", () => {
  const IIS = [
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    "#Date: 2026-11-23 10:00:00",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
  ];
  const ROW =
    "2026-11-23 10:00:01 10.0.0.5 GET /a/b.aspx id=7 443 EXAMPLE\\sato 198.51.100.7 Mozilla/5.0+(X11) - 200 0 0 31";
  const answers = {
    when: "2026-11-23T10:00:01.000Z",
    who: "EXAMPLE\\sato",
    from: "198.51.100.7",
    with: "Mozilla/5.0 (X11)",
    what: "/a/b.aspx?id=7",
    did: "http-request",
  };

  it("is read by its #Fields, and IIS's default also without", () => {
    for (const event of [last([...IIS, ROW], { timeZone: "Asia/Tokyo" }), parseLine(ROW)]) {
      expect(answersOf(event)).toEqual(answers);
      expect(event.logsource).toEqual({ product: "", category: "webserver", service: "iis" });
      expect({ ...event.fields }).toMatchObject({
        "cs(User-Agent)": "Mozilla/5.0+(X11)",
        "cs-user-agent": "Mozilla/5.0 (X11)",
        "sc-win32-status": "0",
      });
    }
  });

  it("tells a proxy by its fields", () => {
    const event = last([
      "#Software: SGOS 7.3",
      "#Fields: date time time-taken c-ip cs-username sc-filter-result cs(Referer) sc-status s-action cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs(User-Agent) s-ip sc-bytes cs-bytes",
      '2026-11-23 10:00:01 31 10.1.2.3 sato DENIED - 403 TCP_DENIED GET https www.example.com 443 /a ?b=1 "Mozilla/5.0 (X11; Linux)" 10.0.0.8 512 128',
    ]);
    expect(event.logsource.category).toBe("proxy");
    expect(answersOf(event)).toMatchObject({
      who: "sato",
      with: "Mozilla/5.0 (X11; Linux)",
      what: "https://www.example.com/a?b=1",
      did: "http-request-denied",
    });
  });

  it("takes the times of a log that says so as the machine's own", () => {
    const event = last(
      [
        "#Software: Microsoft Windows Firewall",
        "#Time Format: Local",
        "#Fields: date time action protocol src-ip dst-ip src-port dst-port size",
        "2026-11-23 19:00:01 DROP TCP 10.1.2.3 203.0.113.9 50000 445 52",
      ],
      { timeZone: "Asia/Tokyo" },
    );
    expect(answersOf(event)).toMatchObject({
      when: "2026-11-23T10:00:01.000Z",
      from: "10.1.2.3",
      what: "203.0.113.9:445",
      did: "connection-denied",
    });
    expect({ ...event.fields }).toMatchObject({ dst_port: 445, action: "DROP" });
  });
});

describe("CSV", () => {
  it("is read under its header, as JSON of the same names would be", () => {
    const header = 'time,user,door,"what, exactly",src_ip';
    const [head, row] = readFile([header, '2026-11-23T10:00:00Z,佐藤,"3F ""east""",entry,10.1.2.3'], { format: "csv" });
    expect([head?.hot.dataset, row?.hot.dataset, row?.problem]).toEqual(["csv.header", "csv", ""]);
    expect({ ...row?.fields }).toMatchObject({ door: '3F "east"', "what, exactly": "entry" });
    expect(row && answersOf(row)).toMatchObject({ when: "2026-11-23T10:00:00.000Z", who: "佐藤", from: "10.1.2.3" });
  });

  it("recognizes the products that it is an export of", () => {
    const event = last(["EventID;Channel;Computer;TargetUserName", "4625;Security;srv1;sato"], { format: "csv" });
    expect([event.logsource.product, event.hot.event_action]).toEqual(["windows", "logon-failed"]);
  });
});

describe("Whatever stands above and in a row", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      ...zeekHead("conn", ID),
      ID_CELLS.join("\t"),
      "#Fields: a b c",
      "#fields",
      "#separator",
      "#Fields:",
    ),
    fc
      .array(fc.constantFrom("#fields", "\t", "a", '"', ",", "\\x", "#types", "set[", "\\\\"), { maxLength: 12 })
      .map((words) => words.join("")),
  );

  test.each(["auto", "zeek", "w3c", "csv"])("an event comes out, of a source pinned to %s", (format) =>
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        for (const event of readFile(lines, { format })) expect(typeof event.hot.dataset).toBe("string");
      }),
      { numRuns: 500 },
    ),
  );
});
