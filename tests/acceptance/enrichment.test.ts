import { writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { mmdb } from "../../src/monitor/enrich/address/testing/mmdb.ts";
import { type Installation, metric, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

const RULE = `
title: The PC of Sato talks to France
id: 7b1f2c1e-0b5f-4a87-9a55-0d6a0f0aeeee
status: test
author: Test
level: high
logsource: { category: firewall }
detection:
  selection: { source.owner.host: pc-sato, destination.geo.country_iso_code: FR, destination.as.number: 64500 }
  condition: selection
`;

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(() => installation?.remove());

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 120_000);
const stamp = (at: Date): string => at.toISOString().replace("Z", "+00:00");
const lease = (at: Date): string =>
  `<30>1 ${stamp(at)} dhcp1 dhcpd 1 - - DHCPACK on 10.20.0.5 to 00:11:22:33:44:55 (pc-sato) via eth0\n`;
const traffic = (at: Date): string =>
  `<4>1 ${stamp(at)} fw1 kernel - - - [UFW ALLOW] IN=eth0 OUT=eth1 MAC= SRC=10.20.0.5 DST=8.8.8.8 LEN=60 TTL=63 PROTO=TCP SPT=50000 DPT=443\n`;

async function send(server: YaguraProcess, line: string, total: number): Promise<void> {
  const socket = createConnection(server.syslogTcpPort, "127.0.0.1");
  await new Promise((done) => socket.end(line, () => done(undefined)));
  await vi.waitFor(async () => expect(await metric(server.url, "yagura_events_stored_total")).toBe(total), 120_000);
  await settled(server.url);
}

it("A lease tells whose address a firewall's line is about, also after a kill, by the time of the line, and rules read it", async () => {
  const root = join(installation.data, "..");
  const config = join(root, "yagura.yaml");
  const databases = [join(root, "country.mmdb"), join(root, "asn.mmdb")];
  await writeFile(databases[0] ?? "", mmdb("8.0.0.0/8", { country: { iso_code: "FR" } }));
  await writeFile(
    databases[1] ?? "",
    mmdb("8.8.0.0/16", { autonomous_system_number: 64500, autonomous_system_organization: "Example" }),
  );
  await writeFile(join(root, "rule.yml"), RULE);
  await writeFile(config, JSON.stringify({ enrichment: { databases }, rules: { directories: [root], own: false } }));

  const first = await installation.start({}, ["--config", config]);
  await send(first, lease(minutesAgo(30)), 1);
  await first.kill("SIGKILL");

  const second = await installation.start({}, ["--config", config]);
  await send(second, traffic(minutesAgo(10)), 1);
  await send(second, traffic(minutesAgo(50)), 2);
  const token = await installation.token("reader", "api");
  const get = async (path: string) => {
    const answer = await fetch(`${second.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text);
  };
  const search = (q: string) => get(`/api/v1/search/events?q=${encodeURIComponent(q)}&from=now-2h&to=now`);

  const { items } = await search("source.owner.host:pc-sato and did_what:connection-allowed");
  expect(items).toHaveLength(1);
  const { values, fields, added } = await get(`/api/v1/events/${items[0].id}`);
  const told = {
    "source.owner.host": "pc-sato",
    "source.owner.mac": "00:11:22:33:44:55",
    "destination.geo.country_iso_code": "FR",
    "destination.as.number": "64500",
    "destination.as.organization.name": "Example",
    "network.direction": "outbound",
  };
  expect(added).toEqual(told);
  expect(values).toMatchObject({ "source.owner.host": "pc-sato", "destination.as.number": 64500 });
  expect(Object.keys(fields).filter((name) => name in told)).toEqual([]);

  const counts = async (q: string): Promise<number> => (await search(q)).items.length;
  expect(await counts("did_what:connection-allowed")).toBe(2);
  expect(await counts("destination.geo.country_iso_code:FR")).toBe(2);
  expect(await counts("destination.as.organization.name:example")).toBe(2);
  expect(await counts("detected:true")).toBe(1);
}, 480_000);
