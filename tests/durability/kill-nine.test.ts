import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { openState } from "../../src/platform/state/index.ts";
import { type Installation, metric, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

const ROUNDS = 10;
const SENDERS = 4;
const DOCS = 200;
/** One document in this many matches a rule of our own (an audit log being cleared), so that alerts are put to the test too. */
const EVERY_NTH_ALERTS = 20;

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
});
afterAll(() => installation?.remove());

type Ledger = { readonly acknowledged: Set<string>; readonly sent: Set<string> };

function docFor(id: string, n: number): object {
  const isAlerting = n % EVERY_NTH_ALERTS === 0;
  return {
    "@timestamp": new Date().toISOString(),
    probe: id,
    host: { name: "dc01.example.jp" },
    winlog: isAlerting
      ? {
          channel: "Security",
          provider_name: "Microsoft-Windows-Eventlog",
          event_id: "1102",
          computer_name: "dc01.example.jp",
          event_data: { probe: id },
        }
      : {
          channel: "Security",
          provider_name: "Microsoft-Windows-Security-Auditing",
          event_id: "4688",
          computer_name: "dc01.example.jp",
          event_data: { probe: id },
        },
    event: { code: isAlerting ? "1102" : "4688" },
  };
}

/** Sends until the server dies. What was answered 2xx is in the ledger as acknowledged. */
async function sendUntilDeath(yagura: YaguraProcess, token: string, label: string, ledger: Ledger): Promise<void> {
  for (let request = 0; ; request += 1) {
    const ids = Array.from({ length: DOCS }, (_, i) => `${label}-${request}-${i}`);
    for (const id of ids) ledger.sent.add(id);
    const body = ids.map((id, i) => `{"create":{}}\n${JSON.stringify(docFor(id, i))}\n`).join("");
    const answer = await fetch(`${yagura.url}/elastic/_bulk`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
      body,
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => undefined);
    if (answer === undefined) return;
    if (answer.status === 200 && answer.text.includes('"errors":false'))
      for (const id of ids) ledger.acknowledged.add(id);
  }
}

/** Not random: a fixed spread of moments, from "still in the first fsync" to "several batches stored". */
const lifeMs = (round: number): number => 120 + ((round * 977) % 1900);

describe("kill -9 in the middle of ingest, ten rounds", () => {
  it("loses no acknowledged event, stores none twice, and counts each detection once", async () => {
    const ledger: Ledger = { acknowledged: new Set(), sent: new Set() };
    let token = "";
    for (let round = 0; round < ROUNDS; round += 1) {
      const yagura = await installation.start();
      if (token === "")
        token = (
          await installation.command("token", "create", "killer", "--data", installation.data, "--quiet")
        ).trim();
      const senders = Array.from({ length: SENDERS }, (_, s) =>
        sendUntilDeath(yagura, token, `r${round}s${s}`, ledger),
      );
      await sleep(lifeMs(round));
      await yagura.kill("SIGKILL");
      await Promise.all(senders);
    }
    const last = await installation.start();
    while ((await metric(last.url, "yagura_wal_backlog_records")) > 0) await sleep(100);
    await last.kill("SIGTERM");

    const events = openEmbeddedEvents(join(installation.data, "events"));
    const rows = await events.select<{ probe: string; n: string; alerting: string }>(
      "SELECT fields['probe'] AS probe, count() AS n, countIf(event_code = '1102') AS alerting FROM events WHERE probe != '' GROUP BY probe",
      {},
      { maxRows: 10_000_000 },
    );
    const [detected] = await events.select<{ n: string; distinct: string }>(
      "SELECT count() AS n, uniqExact(stream, seq, rule_id) AS distinct FROM detections",
    );
    await events.close();
    const stored = new Set(rows.map((row) => row.probe));
    expect(ledger.acknowledged.size).toBeGreaterThan(ROUNDS * DOCS);
    expect([...ledger.acknowledged].filter((id) => !stored.has(id))).toEqual([]);
    expect(rows.filter((row) => row.n !== "1")).toEqual([]);
    expect(rows.filter((row) => !ledger.sent.has(row.probe))).toEqual([]);

    const alerting = rows.reduce((sum, row) => sum + Number(row.alerting), 0);
    expect(alerting).toBeGreaterThan(0);
    expect(detected?.n).toBe(detected?.distinct);
    const state = await openState({
      directory: join(installation.data, "state"),
      log: { info: () => {}, warn: () => {} },
    });
    const counted = await state.db.execute<{ n: string }>("SELECT coalesce(sum(count), 0)::text AS n FROM alert");
    await state.close();
    expect(counted.rows[0]?.n).toBe(detected?.n);
  }, 1_200_000);
});
