import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import { TREE } from "../../monitor/source/testing.ts";
import { type Ctx, createContextFactory } from "../../organization/access/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import { TaskInput } from "../casework/contract.ts";
import { addTask } from "../casework/tasks.ts";
import { DeclarationInput } from "../crisis/contract.ts";
import { declarePhase } from "../crisis/declare.ts";
import { FORM_SETTINGS } from "../formation/alert.ts";
import { createFormation } from "../formation/pass.ts";
import { openIncident } from "../incident/conduct.ts";
import { readIncident } from "../incident/service.ts";
import { minute, openRespondHouse, type RespondHouse } from "../testing.ts";
import { MessageInput } from "../warroom/contract.ts";
import { postMessage } from "../warroom/service.ts";
import { declareKnown } from "./conduct.ts";
import { KnownInput } from "./contract.ts";

let house: RespondHouse;
let serial = 0;
beforeAll(async () => {
  house = await openRespondHouse();
});
afterAll(() => house?.close());

function formation() {
  const factory = createContextFactory({
    state: house.state,
    tree: { current: async () => TREE, invalidate: () => undefined },
    writeAudit: async () => undefined,
    log: createLogger("silent"),
    now: () => new Date(T0 + 60_000),
  });
  const system = () => factory.system("formation");
  return createFormation({ state: house.state, system, tree: async () => TREE, settings: FORM_SETTINGS });
}

/** An incident that formed by itself of one alert. */
async function formed(): Promise<{ id: string; alertIds: string[] }> {
  serial += 1;
  const rule = `claim-${serial}`;
  const group = groupOf({ host: rule, rule: { id: rule }, sample: { user_name: "", source_ip: "" } });
  await house.state.transaction((tx) => recordDetectionGroups(tx, [group], new Date()));
  const joining = formation();
  for (let passes = 0; passes < 20; passes += 1) if ((await joining.pass()) === undefined) break;
  const { rows } = await house.state.db.execute<{ id: string; alert: string }>(sql`
    SELECT l.incident_id AS id, a.id AS alert FROM alert a JOIN incident_alert l ON l.alert_id = a.id WHERE a.rule_id = ${rule}`);
  const [row] = rows;
  if (!row) throw new Error("nothing formed");
  return { id: row.id, alertIds: [row.alert] };
}

/** Its alerts turn out to be next to nothing: what nobody has worked on is withdrawn. */
async function belittle(alertIds: readonly string[]): Promise<void> {
  await house.state.db.execute(sql`
    UPDATE alert SET level = 'informational', expert_severity = 'informational' WHERE id = ${alertIds[0] ?? ""}`);
  await formation().pass();
}

const ACTS: readonly [string, (ctx: Ctx, id: string) => Promise<unknown>][] = [
  [
    "declared a phase",
    (ctx, id) =>
      declarePhase(ctx, {
        id,
        ...DeclarationInput.parse({ phase: "discovered", kind: "declared", at: minute(5), after: 0 }),
      }),
  ],
  [
    "said something",
    (ctx, id) => postMessage(ctx, { id, ...MessageInput.parse({ key: "claim-0001", text: "確認中" }) }),
  ],
  ["added a task", (ctx, id) => addTask(ctx, { id, ...TaskInput.parse({ title: "遮断" }) }, house.deps)],
  [
    "declared what is known",
    (ctx, id) =>
      declareKnown(ctx, id, KnownInput.parse({ version: 0, knownAt: minute(5), place: "総務部", evidence: "電話" })),
  ],
];

describe("An incident that formed by itself", () => {
  it("gives its alerts to who asks for them while nobody has worked on it", async () => {
    const { id, alertIds } = await formed();
    await openIncident(await house.at(20), { title: "Mine", alertIds }, house.deps);
    expect(await readIncident(await house.at(20), id)).toMatchObject({ status: "closed" });
  });

  it("is withdrawn when its alerts turn out to be next to nothing and nobody has worked on it", async () => {
    const { id, alertIds } = await formed();
    await belittle(alertIds);
    expect(await readIncident(await house.at(20), id)).toMatchObject({ status: "closed" });
  });

  it.each(ACTS)("is not taken apart once somebody %s: not by a colleague, and not by a later pass", async (_, act) => {
    const { id, alertIds } = await formed();
    await act(await house.at(10), id);
    const hanako = await house.at(20, { person: "花子" });
    const taken = openIncident(hanako, { title: "Hers", alertIds }, house.deps);
    await expect(taken).rejects.toMatchObject({ code: "conflict" });
    await belittle(alertIds);
    expect(await readIncident(hanako, id)).toMatchObject({ status: "open", alertCount: 1 });
  });
});
