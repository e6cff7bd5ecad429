import type { RunningServer } from "../../../src/app/server.ts";
import { recordDetectionGroups } from "../../../src/monitor/alert/index.ts";

export type SampleAlert = { readonly id: string; readonly host: string; readonly sourceId: string };

let serial = 0;

/** A fresh alert of the unit, on a host and from a source that no other alert has. */
export async function alertIn(server: RunningServer, unitId: string): Promise<SampleAlert> {
  serial += 1;
  const entity = { kind: "host", value: `host-${serial}` } as const;
  const sourceId = `source-${serial}`;
  const sample = {
    stream: 1,
    seq: String(serial),
    timeMs: 1,
    dataset: "",
    who: "",
    where_from: "",
    with_what: "",
    what: "",
    did_what: "",
    host_name: entity.value,
    user_name: "",
    source_ip: "",
  };
  const rule = { id: "rule-1", title: "A rule", level: "high", author: "Test", tactics: [], techniques: [] } as const;
  const group = { rule: { ...rule, tactics: [], techniques: [] }, entity, unitId, sourceId, sample };
  await server.state.transaction((tx) =>
    recordDetectionGroups(tx, [{ ...group, count: 1, firstAtMs: 1, lastAtMs: 1 }], new Date()),
  );
  const { rows } = await server.state.db.execute<{ id: string }>(
    `SELECT id FROM alert WHERE entity = '${entity.value}'`,
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("the alert was not recorded");
  return { id, host: entity.value, sourceId };
}
