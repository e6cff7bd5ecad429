import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import {
  addPerson,
  type Cast,
  type Credentials,
  createCast,
  openTestHouse,
  type TestHouse,
} from "../../organization/testing.ts";
import { incidentRoutes } from "../incident/index.ts";
import { warRoomRoutes } from "../warroom/index.ts";
import { templates } from "./catalog.ts";
import type { DutyCase, EntryContent, RegisterEntry } from "./contract.ts";
import { dutyRoutes } from "./index.ts";

type Method = "GET" | "POST" | "PUT";

/** A house with the duties of incidents in it, a clock that tests set, and two analysts of one unit. */
export type DutyHouse = {
  readonly house: TestHouse;
  readonly cast: Cast;
  readonly first: Credentials;
  readonly second: Credentials;
  readonly clock: { at: Date };
  call(
    method: Method,
    url: string,
    payload?: object,
    headers?: Credentials,
  ): Promise<{ status: number; body: unknown; raw: Buffer }>;
  newIncident(unitId: string): Promise<string>;
  newEntry(unitId: string, template: string, change?: Partial<EntryContent>): Promise<RegisterEntry>;
  /** The case as one of the two sees it; throws when the answer is no case. */
  caseOf(method: Method, incidentId: string, path?: string, payload?: object, headers?: Credentials): Promise<DutyCase>;
};

export function contentOf(template: string, change: Partial<EntryContent> = {}): EntryContent {
  const content = templates().find(({ key }) => key === template)?.content;
  if (!content) throw new Error(`there is no template ${template}`);
  return { ...content, ...change };
}

export async function openDutyHouse(): Promise<DutyHouse> {
  const clock = { at: new Date("2026-11-27T01:30:00Z") };
  const house = await openTestHouse({ routes: [incidentRoutes(), warRoomRoutes, dutyRoutes], now: () => clock.at });
  const cast = await createCast(house.organization, house.app);
  const analyst = async (name: string) =>
    (
      await addPerson(house.organization, house.app, {
        name,
        unitId: cast.units.own,
        grants: [{ role: "analyst", unitId: cast.units.own }],
      })
    ).headers;
  const [first, second] = [await analyst("first"), await analyst("second")];
  const call: DutyHouse["call"] = async (method, url, payload, headers = first) => {
    const answer = await house.app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
    const isJson = String(answer.headers["content-type"]).includes("json");
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body, raw: answer.rawPayload };
  };
  let serial = 0;
  return {
    house,
    cast,
    first,
    second,
    clock,
    call,
    newIncident: async (unitId) => {
      serial += 1;
      const host = `duty-host-${serial}`;
      await house.state.transaction((tx) => recordDetectionGroups(tx, [groupOf({ unitId, host })], new Date(T0)));
      const { rows } = await house.state.db.execute<{ id: string }>(`SELECT id FROM alert WHERE entity = '${host}'`);
      const payload = { title: "髙島㈱ 顧客ﾃﾞｰﾀの流出", alertIds: [rows[0]?.id ?? ""] };
      const { body } = await call("POST", "/api/v1/incidents", payload, cast.admin);
      return idOf(body);
    },
    newEntry: async (unitId, template, change) => {
      const { status, body } = await call(
        "POST",
        "/api/v1/duties/register",
        { unitId, content: contentOf(template, change) },
        cast.admin,
      );
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body as RegisterEntry;
    },
    caseOf: async (method, incidentId, path = "", payload, headers) => {
      const { status, body } = await call(method, `/api/v1/incidents/${incidentId}/duties${path}`, payload, headers);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body as DutyCase;
    },
  };
}

function idOf(body: unknown): string {
  if (typeof body === "object" && body !== null && "id" in body) return String(body.id);
  throw new Error(JSON.stringify(body));
}
