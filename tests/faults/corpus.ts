import { existsSync } from "node:fs";
import * as firewalls from "../../src/monitor/parse/firewall/samples.ts";
import { FIXTURES } from "../../src/monitor/parse/fixtures.ts";
import { ACCESS_SAMPLES } from "../../src/monitor/parse/server/access.samples.ts";
import { AUDITD_SAMPLES } from "../../src/monitor/parse/server/auditd.samples.ts";
import { MAIL_SAMPLES } from "../../src/monitor/parse/server/mail.samples.ts";
import { NAMES_SAMPLES } from "../../src/monitor/parse/server/names.samples.ts";
import { WEB_SAMPLES } from "../../src/monitor/parse/server/web.samples.ts";
import { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "../../src/monitor/simulate/index.ts";
import { readTarGz } from "../support/tar.ts";
import type { Corpus } from "./mutate.ts";

const SHARED_LOGS = new URL("../../../shared/data/logs/", import.meta.url).pathname;
const ARCHIVES = ["wazuh-ruleset-tests", "crowdsec-hub-tests", "loghub-2k", "zeek-btest-logs"];
const SIMULATED = 200;
const MAX_SHARED = 60_000;
const MAX_LINE_BYTES = 16 * 1024;

/** Lines of all formats to be mutated: our own samples, simulated ones, and the shared logs of others where they are at hand. */
export async function corpus(): Promise<{ readonly lines: Corpus; readonly shared: number }> {
  const own = [
    ...FIXTURES.map(({ line }) => line),
    ...firewalls.SAMPLES.map(({ line }) => line),
    ...[...ACCESS_SAMPLES, ...AUDITD_SAMPLES, ...MAIL_SAMPLES, ...NAMES_SAMPLES, ...WEB_SAMPLES],
  ].map((line) => Buffer.from(line));
  const simulated = [firewallLines, proxyLines, dnsLines, webLines, windowsDocuments].flatMap((make) => [
    ...make(1, SIMULATED),
  ]);
  const shared = await sharedLines();
  const all = [own, simulated.map((line) => Buffer.from(line)), shared];
  return { lines: all.filter((lines) => lines.length > 0), shared: shared.length };
}

async function sharedLines(): Promise<Buffer[]> {
  const lines: Buffer[] = [];
  for (const name of ARCHIVES) {
    const path = `${SHARED_LOGS}${name}.tar.gz`;
    if (!existsSync(path)) continue;
    const files = await readTarGz(path);
    for (const { bytes } of files) {
      for (const line of bytes
        .toString("latin1")
        .split("\n")
        .slice(0, MAX_SHARED / files.length + 20))
        if (line.length > 0 && line.length < MAX_LINE_BYTES) lines.push(Buffer.from(line, "latin1"));
    }
  }
  return lines;
}
