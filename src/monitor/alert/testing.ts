import type { DetectionGroup } from "../event/index.ts";

type Wanted = {
  readonly rule?: Partial<DetectionGroup["rule"]>;
  readonly host?: string;
  readonly entity?: DetectionGroup["entity"];
  readonly unitId?: string;
  readonly count?: number;
  readonly atMs?: number;
  readonly sample?: Partial<DetectionGroup["sample"]>;
};

export const T0 = Date.UTC(2026, 10, 22, 12, 0, 0);

/** A detection group for tests: one rule on one host unless said otherwise. */
export function groupOf(wanted: Wanted = {}): DetectionGroup {
  const host = wanted.host ?? "dc1";
  const atMs = wanted.atMs ?? T0;
  return {
    rule: {
      id: "0b1f2c7e-5a4a-4f7b-9c36-6f1f6f3d0001",
      title: "Account added to a privileged group",
      level: "medium",
      author: "A. Author",
      tactics: ["persistence"],
      techniques: ["T1098"],
      ...wanted.rule,
    },
    entity: wanted.entity ?? { kind: "host", value: host },
    unitId: wanted.unitId ?? "unit_root",
    sourceId: "source_1",
    count: wanted.count ?? 1,
    firstAtMs: atMs,
    lastAtMs: atMs,
    sample: {
      stream: 7,
      seq: "1048577",
      timeMs: atMs,
      dataset: "windows.security",
      who: "EXAMPLE\\taro",
      where_from: "10.0.0.5",
      with_what: "net.exe",
      what: "Domain Admins",
      did_what: "added a member",
      host_name: host,
      user_name: "taro",
      source_ip: "10.0.0.5",
      ...wanted.sample,
    },
  };
}
