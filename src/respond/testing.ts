import { sql } from "drizzle-orm";
import { recordDetectionGroups } from "../monitor/alert/index.ts";
import { groupOf, T0 } from "../monitor/alert/testing.ts";
import { type TestContexts, testContexts } from "../monitor/source/testing.ts";
import type { Ctx } from "../organization/access/index.ts";
import type { State } from "../platform/state/index.ts";
import { openTestState } from "../platform/state/testing.ts";
import { openIncident } from "./incident/conduct.ts";
import type { IncidentDetail } from "./incident/contract.ts";
import type { IncidentDeps } from "./incident/index.ts";

/** The units of `testContexts`. */
const UNITS = [
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
];
const HANAKO = { id: "person_花子", name: "花子" };

export type RespondHouse = {
  readonly state: State;
  readonly contexts: TestContexts;
  readonly deps: IncidentDeps;
  /** Taro so many minutes after the first event. */
  at(minutes: number, wanted?: Parameters<TestContexts["as"]>[0]): Promise<Ctx>;
  /** An incident about one alert whose first event was at `minute(0)`, opened a minute later. */
  incident(unitId?: string, host?: string): Promise<IncidentDetail>;
  close(): Promise<void>;
};

/** The moment so many minutes after the first event, as people declare it. */
export const minute = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString();

/** What tests of work on incidents stand on: a real state engine, real contexts, Hanako as the colleague. */
export async function openRespondHouse(): Promise<RespondHouse> {
  const state = await openTestState();
  const contexts = testContexts(state, new Date(T0 + 60_000));
  const deps: IncidentDeps = {
    findOwner: async (_ctx, id) => (id === HANAKO.id ? HANAKO : undefined),
    mayWork: async () => true,
  };
  for (const { id, parentId } of UNITS)
    await state.db.execute(sql`
      INSERT INTO unit (id, kind, name_ja, name_en, parent_id, path, country, time_zone)
      VALUES (${id}, ${parentId === null ? "head-office" : "branch"}, ${id}, ${id}, ${parentId}, ${parentId === null ? `${id}/` : `${parentId}/${id}/`}, 'JP', 'Asia/Tokyo')`);
  let serial = 0;
  const at: RespondHouse["at"] = (minutes, wanted = {}) =>
    contexts.as({ ...wanted, now: new Date(T0 + minutes * 60_000) });
  return {
    state,
    contexts,
    deps,
    at,
    async incident(unitId = "unit_root", host) {
      serial += 1;
      const entity = host ?? `host-${serial}`;
      const group = groupOf({ host: entity, unitId, rule: { id: `rule-${serial}` } });
      await state.transaction((tx) => recordDetectionGroups(tx, [group], new Date(T0)));
      const { rows } = await state.db.execute<{ id: string }>(
        sql`SELECT id FROM alert WHERE rule_id = ${`rule-${serial}`}`,
      );
      return await openIncident(await at(1), { title: `Case ${serial}`, alertIds: rows.map(({ id }) => id) }, deps);
    },
    close: () => state.close(),
  };
}
