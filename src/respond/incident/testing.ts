import type { IncidentAlert } from "./contract.ts";

type Wanted = Partial<Pick<IncidentAlert, "id" | "severity" | "status" | "count" | "lastAt">> &
  Partial<Pick<IncidentAlert["rule"], "tactics" | "techniques">> &
  Partial<Pick<IncidentAlert["sample"], "time" | "six" | "hostName" | "userName" | "sourceIp">>;

const NOON = "2026-11-22T12:00:00.000Z";

/** A linked alert for tests of the pure parts. */
export function incidentAlertOf(wanted: Wanted = {}): IncidentAlert {
  const { id = "alert_1", severity = "medium", tactics = ["persistence"], techniques = ["T1098"] } = wanted;
  return {
    id,
    rule: { id: "rule_1", title: "Account added to a privileged group", author: "A. Author", tactics, techniques },
    severity,
    status: wanted.status ?? "open",
    disposition: wanted.status === "closed" ? "true-positive" : null,
    entity: { kind: "host", value: "dc1" },
    unitId: "unit_root",
    count: wanted.count ?? 1,
    firstAt: NOON,
    lastAt: wanted.lastAt ?? NOON,
    sample: {
      eventId: "7-1",
      stream: 7,
      seq: "1",
      time: wanted.time ?? NOON,
      dataset: "windows.security",
      six: wanted.six ?? { who: "taro", whereFrom: "", withWhat: "", what: "", didWhat: "logged-on" },
      hostName: wanted.hostName ?? "",
      userName: wanted.userName ?? "",
      sourceIp: wanted.sourceIp ?? "",
    },
  };
}
