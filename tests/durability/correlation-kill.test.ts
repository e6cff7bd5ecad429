import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { openState } from "../../src/platform/state/index.ts";
import { type Installation, metric, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

const ROUNDS = 8;
const SENDERS = 3;
const ACCOUNTS = 20;
const RULE = new URL("../../content/rules/correlation/windows-brute-force-then-logon.yml", import.meta.url);
const RULE_ID = /^id: (\S+)/m.exec(readFileSync(RULE, "utf8"))?.[1] ?? "";

let installation: Installation;
beforeAll(async () => {
  installation = await newInstallation();
}, 120_000);
afterAll(() => installation.remove());

/** Accounts whose guessing and logon were all acknowledged, and all that were begun. */
type Ledger = { readonly guessed: Set<string>; readonly begun: Set<string> };

const logon = (id: 4624 | 4625, account: string) => ({
  "@timestamp": new Date().toISOString(),
  winlog: {
    channel: "Security",
    provider_name: "Microsoft-Windows-Security-Auditing",
    event_id: String(id),
    computer_name: "dc01.example.jp",
    event_data: { TargetUserName: account, IpAddress: `from-${account}`, LogonType: "3" },
  },
});

async function send(yagura: YaguraProcess, token: string, docs: readonly object[]): Promise<boolean> {
  const answer = await fetch(`${yagura.url}/elastic/_bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
    body: docs.map((doc) => `{"create":{}}\n${JSON.stringify(doc)}\n`).join(""),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => undefined);
  return answer?.status === 200 && answer.text.includes('"errors":false');
}

/** Guesses in two requests and logs on in a third, account set after account set, until the server dies. */
async function guessUntilDeath(yagura: YaguraProcess, token: string, label: string, ledger: Ledger): Promise<void> {
  for (let set = 0; ; set += 1) {
    const accounts = Array.from({ length: ACCOUNTS }, (_, n) => `${label}-${set}-${n}`);
    for (const account of accounts) ledger.begun.add(account);
    const fails = (count: number) =>
      accounts.flatMap((account) => Array.from({ length: count }, () => logon(4625, account)));
    const steps = [fails(6), fails(4), accounts.map((account) => logon(4624, account))];
    for (const docs of steps) if (!(await send(yagura, token, docs))) return;
    for (const account of accounts) ledger.guessed.add(account);
  }
}

/** A fixed spread of moments, from "nothing saved yet" to "several batches after the last saving". */
const lifeMs = (round: number): number => 400 + ((round * 1231) % 3300);

describe(`kill -9 while correlations are in the middle of their windows, ${ROUNDS} rounds`, () => {
  it("loses no correlation alert and raises none twice", async () => {
    const ledger: Ledger = { guessed: new Set(), begun: new Set() };
    let token = "";
    for (let round = 0; round < ROUNDS; round += 1) {
      const yagura = await installation.start();
      if (token === "") token = await installation.token("killer");
      const senders = Array.from({ length: SENDERS }, (_, s) =>
        guessUntilDeath(yagura, token, `r${round}s${s}`, ledger),
      );
      await sleep(lifeMs(round));
      await yagura.kill("SIGKILL");
      await Promise.all(senders);
    }
    const last = await installation.start();
    while ((await metric(last.url, "yagura_wal_backlog_records")) > 0) await sleep(100);
    await last.kill("SIGTERM");

    const events = openEmbeddedEvents(join(installation.data, "events"));
    const rows = await events.select<{ entity: string; n: string }>(
      "SELECT entity, count() AS n FROM detections WHERE rule_id = {rule:String} GROUP BY entity",
      { rule: RULE_ID },
      { maxRows: 1_000_000 },
    );
    const [stored] = await events.select<{ n: string }>("SELECT count() AS n FROM events WHERE event_code = '4625'");
    await events.close();
    const fired = new Set(rows.map(({ entity }) => entity));
    expect(ledger.guessed.size).toBeGreaterThan(ROUNDS * ACCOUNTS);
    expect(Number(stored?.n)).toBeGreaterThanOrEqual(ledger.guessed.size * 10);
    expect([...ledger.guessed].filter((account) => !fired.has(account))).toEqual([]);
    expect(rows.filter(({ n }) => n !== "1")).toEqual([]);
    expect([...fired].filter((account) => !ledger.begun.has(account))).toEqual([]);

    const state = await openState({
      directory: join(installation.data, "state"),
      log: { info: () => {}, warn: () => {} },
    });
    const counted = await state.db.execute<{ n: string; most: string }>(
      `SELECT count(*)::text AS n, max(count)::text AS most FROM alert WHERE rule_id = '${RULE_ID}'`,
    );
    await state.close();
    expect(counted.rows).toEqual([{ n: String(rows.length), most: "1" }]);
  }, 900_000);
});
