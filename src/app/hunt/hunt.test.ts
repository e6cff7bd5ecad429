import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { tarOf } from "../../monitor/hunt/testing.ts";
import { sysmonLog } from "../../monitor/parse/evtx/testing/events.ts";
import { EXIT_INCOMPLETE, EXIT_NOTHING, EXIT_OK, type HuntOptions, runHunt } from "./run.ts";

let folder = "";
let rules = "";

const RULE = `
title: Whoami
id: 11111111-1111-4111-8111-111111111111
author: A. Author
level: high
tags: [attack.discovery, attack.t1033]
logsource: { product: windows, category: process_creation }
detection:
  selection: { CommandLine|contains: whoami }
  condition: selection
`;
const LOW_RULE = RULE.replace("Whoami", "Any cmd")
  .replaceAll("1111", "2222")
  .replace("level: high", "level: low")
  .replace("CommandLine|contains: whoami", "Image|endswith: '\\cmd.exe'");
const TEXT_RULE = `
title: Root by key
id: 33333333-3333-4333-8333-333333333333
logsource: { product: linux, service: sshd }
detection:
  keywords: ["for root from"]
  condition: keywords
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "yagura-hunt-"));
  rules = join(folder, "rules");
  await mkdir(rules);
  await writeFile(join(rules, "whoami.yml"), RULE);
  await writeFile(join(rules, "cmd.yml"), LOW_RULE);
  await writeFile(join(rules, "root.yml"), TEXT_RULE);
  await writeFile(
    join(rules, "broken.yml"),
    "title: Broken\nlogsource: { product: windows }\ndetection: { condition: x }\n",
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a hunt in these files printed. */
async function hunt(files: readonly string[], options: Partial<HuntOptions> = {}, stdin: Readable = Readable.from([])) {
  const [stdout, stderr] = [new Screen(), new Screen()];
  const code = await runHunt(
    { paths: files, rules: [rules], nowMs: Date.UTC(2026, 10, 23), workers: 1, ...options },
    { stdin, stdout, stderr, isColored: false },
  );
  const format = options.format ?? "jsonl";
  const hits =
    format === "jsonl"
      ? stdout.text
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line))
      : [];
  return { code, hits, out: stdout.text, err: stderr.text };
}

class Screen extends Writable {
  text = "";
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const sysmon = (commandLine: string, more: object = {}): object => ({
  EventID: 1,
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Hostname: "WS-07",
  UtcTime: "2026-11-20 01:02:03.004",
  Image: "C:\\tools\\x.exe",
  CommandLine: commandLine,
  ...more,
});
const jsonl = (...lines: string[]): string => lines.map((line) => `${JSON.stringify(sysmon(line))}\n`).join("");
const places = (hits: { file: string; record: number }[]): string[] =>
  hits.map((hit) => `${hit.file.slice(folder.length + 1)}:${hit.record}`);

describe("A hit", () => {
  it("says which rule, by whom, how grave, where, when, and what happened", async () => {
    const { code, hits } = await hunt([await file("one.jsonl", jsonl("dir", "whoami /all"))]);
    expect(code).toBe(EXIT_OK);
    expect(hits).toEqual([
      {
        time: "2026-11-20T01:02:03.004Z",
        level: "high",
        rule_title: "Whoami",
        rule_id: "11111111-1111-4111-8111-111111111111",
        author: "A. Author",
        tags: ["attack.discovery", "attack.t1033"],
        file: join(folder, "one.jsonl"),
        record: 2,
        host: "WS-07",
        user: "",
        event_id: "1",
        dataset: "windows.sysmon",
        who: "",
        where_from: "WS-07",
        with_what: "x.exe",
        what: "whoami /all",
        did_what: "process-started",
      },
    ]);
  });

  it("brings every field when asked", async () => {
    const { hits } = await hunt([await file("one.jsonl", jsonl("whoami"))], { fields: true });
    expect(hits[0].fields).toMatchObject({ CommandLine: "whoami", Computer: "WS-07", EventID: 1 });
  });

  it("cannot become a formula in a spreadsheet", async () => {
    const path = await file("formula.jsonl", jsonl('=cmd|"/c whoami"!A1'));
    const { out } = await hunt([path], { format: "csv" });
    const [head, line] = out.split("\r\n");
    expect(head).toMatch(/^time,level,rule_title,rule_id,author,tags,file,record,/);
    expect(line).toContain(`"'=cmd|""/c whoami""!A1"`);
  });

  it("is left out below the level, and outside of the time, that are asked for", async () => {
    const path = await file("level.jsonl", jsonl("whoami") + JSON.stringify(sysmon("x", { Image: "C:\\cmd.exe" })));
    const titles = async (options: Partial<HuntOptions>) =>
      (await hunt([path], options)).hits.map((hit) => hit.rule_title);
    expect(await titles({})).toEqual(["Whoami", "Any cmd"]);
    expect(await titles({ minLevel: "medium" })).toEqual(["Whoami"]);
    expect(await titles({ fromMs: Date.UTC(2026, 10, 20, 1, 2, 3, 4) })).toHaveLength(2);
    expect(await titles({ toMs: Date.UTC(2026, 10, 20, 1, 2, 3, 4) })).toEqual([]);
  });
});

describe("Files of every kind are read", () => {
  const pretty = `[\n${JSON.stringify(sysmon("dir"), null, 2)},\n${JSON.stringify(sysmon("whoami"), null, 2)}\n]`;
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(jsonl("dir", "whoami"), "utf16le")]);
  const csv =
    'EventID,Channel,CommandLine,Image\r\n1,Microsoft-Windows-Sysmon/Operational,"a ""b""\r\nc",x\r\n\r\n1,Microsoft-Windows-Sysmon/Operational,whoami,"y"\r\n';

  test.each<[string, string, string | Buffer]>([
    ["JSON lines, whose blank lines are no records", "a.jsonl", `\n${jsonl("dir")}\r\n\n${jsonl("whoami")}`],
    ["a last line without a line end", "b.jsonl", jsonl("dir", "whoami").trimEnd()],
    ["a JSON array", "c.json", pretty],
    ["objects one after another", "d.json", pretty.slice(1, -1).replace("},\n{", "} {")],
    ["EVTX", "e.evtx", sysmonLog(["dir", "whoami"])],
    ["CSV", "f.csv", csv],
    ["CSV with semicolons and a byte order mark", "g.csv", `\ufeff${csv.replaceAll(",", ";")}`],
    ["gzip", "h.jsonl.gz", gzipSync(jsonl("dir", "whoami"))],
    ["gzip in several members", "i.jsonl.gz", Buffer.concat([gzipSync(jsonl("dir")), gzipSync(jsonl("whoami"))])],
    ["gzipped EVTX", "j.evtx.gz", gzipSync(sysmonLog(["dir", "whoami"], 1))],
    ["gzipped CSV", "k.csv.gz", gzipSync(csv)],
    ["zstd", "l.jsonl.zst", zstdCompressSync(jsonl("dir", "whoami"))],
    ["UTF-16, as Windows writes it", "m.json", utf16],
  ])("%s", async (_, name, content) => {
    const { code, hits, err } = await hunt([await file(name, content)], { minLevel: "high" });
    expect(places(hits)).toEqual([`${name}:2`]);
    expect({ code, err }).toEqual({ code: EXIT_OK, err: "" });
  });

  it("text logs, by the parsers of the server", async () => {
    const line = "<38>Nov 20 01:02:03 web01 sshd[42]: Accepted publickey for root from 192.0.2.7 port 4711 ssh2\n";
    const { hits } = await hunt([await file("auth.log", line)]);
    expect(hits[0]).toMatchObject({
      rule_title: "Root by key",
      level: "medium",
      host: "web01",
      user: "root",
      record: 1,
    });
  });

  it("archives, entry by entry", async () => {
    const tar = tarOf({
      "logs/a.jsonl": jsonl("whoami"),
      [`${"deep/".repeat(40)}b.evtx`]: sysmonLog(["dir", "whoami"]),
    });
    for (const [name, bytes] of [
      ["x.tar", tar],
      ["x.tar.gz", gzipSync(tar)],
    ] as const) {
      const { code, hits } = await hunt([await file(name, bytes)], { minLevel: "high" });
      expect(code).toBe(EXIT_OK);
      expect(places(hits)).toEqual([`${name}/logs/a.jsonl:1`, `${name}/${"deep/".repeat(40)}b.evtx:2`]);
    }
  });

  it("folders, and standard input", async () => {
    await mkdir(join(folder, "in", "deeper"), { recursive: true });
    await file("in/deeper/a.jsonl", jsonl("whoami"));
    await file("in/b.jsonl", jsonl("whoami"));
    await file("in/.hidden.jsonl", jsonl("whoami"));
    const { hits } = await hunt([join(folder, "in")]);
    expect(places(hits)).toEqual(["in/b.jsonl:1", "in/deeper/a.jsonl:1"]);
    const piped = await hunt(["-"], {}, Readable.from([Buffer.from(jsonl("whoami"))]));
    expect(piped.hits[0]).toMatchObject({ file: "stdin", record: 1 });
  });
});

describe("What cannot be read is told, and the rest is read", () => {
  const good = jsonl("whoami");

  test.each<[string, string, string | Buffer, { records: number; code: number; said: RegExp }]>([
    [
      "a gzip file cut short",
      "cut.gz",
      gzipSync(jsonl("whoami", ...Array.from({ length: 5_000 }, (_, n) => `${n} ${Math.sin(n)}`))).subarray(0, -2_000),
      { records: 1, code: EXIT_INCOMPLETE, said: /error: .*cut\.gz: unexpected end of file, after [\d,]+ records/ },
    ],
    [
      "broken JSON lines",
      "broken.jsonl",
      `${good}{"a":\n{"b"\n${good}`,
      {
        records: 2,
        code: EXIT_OK,
        said: /note: 2 × broken JSON, searched as text \(first: .*broken\.jsonl: record 2\)/,
      },
    ],
    [
      "NULs",
      "nul.jsonl",
      `${good}\0\0\0\n${good}`,
      { records: 2, code: EXIT_OK, said: /note: 1 × a line in no known format/ },
    ],
    [
      "a line of 5 MB",
      "long.jsonl",
      `${good}${"x".repeat(5_000_000)}\n${good}`,
      { records: 2, code: EXIT_INCOMPLETE, said: /too large: record 2 is larger than 4 MiB/ },
    ],
    [
      "a program",
      "tool.exe",
      Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 7) % 256)),
      { records: 0, code: EXIT_INCOMPLETE, said: /tool\.exe: is binary data/ },
    ],
    [
      "a large program",
      "large.exe",
      Buffer.from(Array.from({ length: 1_500_000 }, (_, n) => (n * 7) % 256)),
      { records: 0, code: EXIT_INCOMPLETE, said: /large\.exe: is binary data/ },
    ],
    [
      "a ZIP archive",
      "a.zip",
      "PK\u0003\u0004xxxx",
      { records: 0, code: EXIT_INCOMPLETE, said: /ZIP archive: unpack it first/ },
    ],
    [
      "an archive cut short",
      "cut.tar",
      tarOf({ "a.jsonl": good, "b.jsonl": good }).subarray(0, 1_600),
      { records: 1, code: EXIT_INCOMPLETE, said: /the archive is cut short/ },
    ],
    [
      "an event log cut short",
      "cut.evtx",
      sysmonLog(["whoami", "whoami"], 1).subarray(0, 4_096 + 65_536),
      { records: 1, code: EXIT_INCOMPLETE, said: /file cut short: 1 of 2 chunks missing/ },
    ],
    [
      "junk between JSON objects",
      "junk.json",
      `[${JSON.stringify(sysmon("whoami"), null, 1)}, 5, x]`,
      { records: 1, code: EXIT_OK, said: /note: 2 × something between JSON objects/ },
    ],
    ["an empty file", "empty.log", "", { records: 0, code: EXIT_OK, said: /^$/ }],
  ])("%s", async (_, name, content, { records, code, said }) => {
    const beside = await file("beside.jsonl", good);
    const answer = await hunt([await file(name, content), beside], { minLevel: "high" });
    expect(answer.err).toMatch(said);
    expect(answer.code).toBe(code);
    expect(places(answer.hits).filter((place) => place.startsWith(name))).toHaveLength(records);
    expect(places(answer.hits)).toContain("beside.jsonl:1");
  });

  it("a missing file", async () => {
    const { code, err, hits } = await hunt([join(folder, "absent"), await file("beside.jsonl", good)]);
    expect(code).toBe(EXIT_INCOMPLETE);
    expect(err).toMatch(/error: .*absent: ENOENT/);
    expect(hits).toHaveLength(1);
  });

  it("a folder with nothing in it, and a folder of rules that is not there", async () => {
    await mkdir(join(folder, "nothing"), { recursive: true });
    expect(await hunt([join(folder, "nothing")])).toMatchObject({
      code: EXIT_NOTHING,
      err: "error: nothing to read\n",
    });
    const without = await hunt([await file("beside.jsonl", good)], { rules: [join(folder, "no-rules")] });
    expect(without.code).toBe(EXIT_NOTHING);
    expect(without.err).toMatch(/error: rules .*no-rules: ENOENT[\s\S]*no rule files/);
    const partly = await hunt([await file("beside.jsonl", good)], { rules: [rules, join(folder, "no-rules")] });
    expect(partly).toMatchObject({ code: EXIT_INCOMPLETE });
    expect(partly.hits).toHaveLength(1);
  });

  it("rules that cannot run, when asked", async () => {
    const { err, code } = await hunt([await file("beside.jsonl", good)], { listRejected: true });
    expect(err).toMatch(/rejected .*broken\.yml:\d+: /);
    expect(code).toBe(EXIT_OK);
  });

  it("and a reader that goes away ends the hunt quietly", async () => {
    const path = await file("many.jsonl", jsonl(...Array.from({ length: 20_000 }, () => "whoami")));
    const stdout = new PassThrough();
    stdout.once("data", () => stdout.destroy(Object.assign(new Error("gone"), { code: "EPIPE" })));
    const stderr = new Screen();
    const io = { stdin: Readable.from([]), stdout, stderr, isColored: false };
    expect(await runHunt({ paths: [path], rules: [rules], nowMs: 0, workers: 1 }, io)).toBe(EXIT_OK);
    expect(stderr.text).toBe("");
  });
});

describe("A person sees", () => {
  it("the rules hit, the gravest first, then levels, files and what was read", async () => {
    const hosts = ["WS-01", "WS-02"].map((Hostname) =>
      JSON.stringify(sysmon("whoami", { Hostname, Image: "\\cmd.exe" })),
    );
    const path = await file("table.jsonl", `${hosts.join("\n")}\n`);
    const { out, err } = await hunt([path], { format: "table" });
    expect(out).toMatch(/^LEVEL +HITS {2}RULE +FIRST \(UTC\)/);
    expect(out).toMatch(
      /high +2 {2}Whoami +2026-11-20 01:02:03 {2}2026-11-20 01:02:03 {2}WS-01 \+1[\s\S]*\nlow +2 {2}Any cmd/,
    );
    expect(out).toContain("4 hits of 2 rules");
    expect(out).toMatch(/Hits by file\n +4 {2}.*table\.jsonl/);
    expect(err).toMatch(/2 events in 1 file \([\d.]+ B\), 3 rules \(1 rejected: --list-rejected\)/);
  });

  it("files by the folder that they share, and those in an archive counted one by one", async () => {
    const tar = tarOf({
      "logs/a.jsonl": jsonl("whoami"),
      "logs/b.jsonl": jsonl("whoami"),
      "logs/c.jsonl": jsonl("dir"),
    });
    const { out, err } = await hunt([await file("shared.tar", tar)], { format: "table" });
    expect(out).toContain(
      `Hits by file in ${join(folder, "shared.tar/logs/")}\n          1  a.jsonl\n          1  b.jsonl\n`,
    );
    expect(err).toContain("3 events in 3 files");
  });

  it("nothing that an event wrote to draw on the terminal", async () => {
    const path = await file("escape.jsonl", JSON.stringify(sysmon("whoami", { Hostname: "\u001b[2J\u202eevil" })));
    const { out } = await hunt([path], { format: "table" });
    for (const control of ["\u001b", "\u202e"]) expect(out).not.toContain(control);
    expect(out).toContain("evil");
  });

  it("and a program gets the figures as one line of JSON", async () => {
    const { err } = await hunt([await file("one.jsonl", jsonl("dir", "whoami"))], { stats: true });
    const stats = JSON.parse(err.trim().split("\n").at(-1) ?? "");
    expect(stats).toMatchObject({
      events: 2,
      bytes: jsonl("dir", "whoami").length,
      rules_loaded: 3,
      rules_rejected: 1,
      matches: 1,
    });
    for (const name of ["seconds_load", "seconds_match", "events_per_s", "rss_mb"])
      expect(stats[name]).toBeGreaterThanOrEqual(0);
  });
});

describe("Several threads", () => {
  // A range's last line then lies across two reads of 256 KiB.
  it.each([262_150, 100_000])(
    "give the same hits in the same order as one, with parts of %i bytes",
    async (partBytes) => {
      const pad = "x".repeat(900);
      const lines = Array.from({ length: 3_000 }, (_, n) => (n % 97 === 0 ? `whoami ${n}` : pad));
      const commands = Array.from({ length: 800 }, (_, n) => (n % 89 === 0 ? "whoami" : "dir"));
      const files = [
        await file("large.jsonl", jsonl(...lines)),
        await file("large.evtx", sysmonLog(commands, 20)),
        await file("one-line.log", "x".repeat(900_000)),
        await file("small.jsonl", jsonl("whoami")),
      ];
      const options = { minLevel: "high" as const, stats: true, partBytes };
      const [one, two] = [await hunt(files, { ...options, workers: 1 }), await hunt(files, { ...options, workers: 2 })];
      expect(one.hits).toHaveLength(Math.ceil(3_000 / 97) + Math.ceil(800 / 89) + 1);
      expect(places(one.hits)[1]).toBe("large.jsonl:98");
      expect(two.out).toBe(one.out);
      const figures = (err: string) =>
        (({ events, bytes, matches }) => ({ events, bytes, matches }))(JSON.parse(err.trim().split("\n").at(-1) ?? ""));
      expect(figures(two.err)).toEqual(figures(one.err));
    },
  );
});
