/** What the whole-system benches send: documents for `_bulk`, made by seed, and Windows events as recorded when they are at hand. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "../src/monitor/simulate/index.ts";
import { StampedBody } from "./stamps.ts";

export const SHARED = new URL("../../shared/data/", import.meta.url).pathname;
export const LOADS = ["windows", "mix", "firewall"] as const;
export type LoadName = (typeof LOADS)[number];

const DOCS_PER_REQUEST = 1000;
const FIREWALL_DOCS = 100_000;
const MIX_TURNS = 20_000;
const WINDOWS_DOCS = 20_000;

export type Load = {
  readonly name: LoadName;
  readonly windowsFrom: "recordings" | "simulator";
  readonly docs: readonly string[];
  /** Of `_bulk`, sent in turn; the times in them are those of sending. */
  readonly bodies: readonly StampedBody[];
  readonly eventsPerBody: readonly number[];
  readonly bytesPerEvent: number;
  /** Mean bytes of a line or document before it is wrapped, by kind of sender. */
  readonly bytesPerLine: Readonly<Record<string, number>>;
};

/** All distinct documents of a load: the same at every call but for `@timestamp` of lines, which is now. */
export function loadOf(name: LoadName, windowsDirectory = join(SHARED, "windows")): Load {
  const recorded = name === "firewall" ? [] : recordedWindows(windowsDirectory);
  const windowsFrom = recorded.length > 0 ? "recordings" : "simulator";
  const windows = recorded.length > 0 ? recorded : windowsDocuments(1, WINDOWS_DOCS).map(String);
  if (name === "windows") return toLoad(name, windowsFrom, windows, { windows });
  if (name === "mix") return mix(windowsFrom, windows);
  const lines = firewallLines(1, FIREWALL_DOCS);
  return toLoad(name, windowsFrom, asDocs(lines), { firewall: lines });
}

function recordedWindows(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(join(directory, name)))
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== ""),
    );
}

/** As Filebeat sends lines. */
const asDocs = (lines: readonly Buffer[]): string[] =>
  lines.map((line) => JSON.stringify({ "@timestamp": new Date().toISOString(), message: line.toString("utf8") }));

/** Of ten events four are a firewall's, two a proxy's, two a name server's, one a web server's and one a Windows machine's. */
function mix(windowsFrom: Load["windowsFrom"], windows: readonly string[]): Load {
  const lines = {
    firewall: firewallLines(1, MIX_TURNS * 4),
    proxy: proxyLines(1, MIX_TURNS * 2),
    dns: dnsLines(1, MIX_TURNS * 2),
    web: webLines(1, MIX_TURNS),
  };
  // Spread over all recordings, so that all kinds of event come.
  const spread = Array.from(
    { length: MIX_TURNS },
    (_, i) => windows[Math.floor((i * windows.length) / MIX_TURNS)] ?? "",
  );
  const sources = [...Object.values(lines).map(asDocs), spread];
  const docs = Array.from({ length: MIX_TURNS }, (_, turn) => turn).flatMap((turn) =>
    sources.flatMap((source) => {
      const share = source.length / MIX_TURNS;
      return source.slice(turn * share, (turn + 1) * share);
    }),
  );
  return toLoad("mix", windowsFrom, docs, { ...lines, windows: spread });
}

function toLoad(
  name: LoadName,
  windowsFrom: Load["windowsFrom"],
  docs: readonly string[],
  lines: Readonly<Record<string, readonly (string | Buffer)[]>>,
): Load {
  const bodies: StampedBody[] = [];
  const eventsPerBody: number[] = [];
  for (let i = 0; i < docs.length; i += DOCS_PER_REQUEST) {
    const part = docs.slice(i, i + DOCS_PER_REQUEST);
    bodies.push(new StampedBody(part.map((doc) => `{"create":{}}\n${doc}\n`).join("")));
    eventsPerBody.push(part.length);
  }
  const bytesPerLine = Object.fromEntries(Object.entries(lines).map(([kind, some]) => [kind, meanBytes(some)]));
  return { name, windowsFrom, docs, bodies, eventsPerBody, bytesPerEvent: meanBytes(docs), bytesPerLine };
}

const meanBytes = (lines: readonly (string | Buffer)[]): number =>
  Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / lines.length);
