import type { Touched } from "../../monitor/event/index.ts";
import type { FormAlert } from "./alert.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
export const MINUTE = 60_000;

type Wanted = Partial<Omit<FormAlert, "entity" | "bornMs" | "firstMs" | "lastMs">> & {
  readonly host?: string;
  readonly account?: string;
  readonly address?: string;
  /** Minutes after noon. */
  readonly at?: number;
  readonly until?: number;
  /** When it was seen for the first time, if that was before. */
  readonly born?: number;
};

/** An alert for tests of the pure parts: rule `r-ID` on a machine, unless said otherwise. */
export function alertOf(id: string, wanted: Wanted = {}): FormAlert {
  const { host = "ws1", account, address, at = 0, until = at, born = at, ...rest } = wanted;
  const touched: Touched[] = [
    { kind: "host", value: host, role: "self" },
    ...(account === undefined ? [] : [{ kind: "account", value: account, role: "actor" } as const]),
    ...(address === undefined ? [] : [{ kind: "address", value: address, role: "source" } as const]),
  ];
  return {
    id,
    ruleId: `r-${id}`,
    ruleTitle: `Rule ${id}`,
    level: "medium",
    tactics: ["execution"],
    unitId: "unit_root",
    dataset: "windows.sysmon",
    count: 1,
    isSettled: false,
    recurs: false,
    touched,
    ...rest,
    entity: { kind: "host", value: host },
    bornMs: NOON + born * MINUTE,
    firstMs: NOON + at * MINUTE,
    lastMs: NOON + until * MINUTE,
  };
}

/** When each rule was seen for the first time, if there never were other alerts than these. */
export function firstSeenOf(alerts: readonly FormAlert[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { ruleId, bornMs } of alerts) first.set(ruleId, Math.min(bornMs, first.get(ruleId) ?? bornMs));
  return first;
}

type Spread = {
  readonly everyMinutes?: number;
  /** Minutes after noon. */
  readonly from?: number;
  readonly level?: FormAlert["level"];
  readonly ruleId?: string;
  /** What the machines' names begin with. */
  readonly name?: string;
};

/** One alert of one rule on each of so many machines, one after the other. */
export function hostsOf(count: number, spread: Spread = {}): FormAlert[] {
  const { everyMinutes = 1, from = 0, level = "medium", ruleId = "r-worm", name = "w" } = spread;
  return Array.from({ length: count }, (_, i) => {
    const host = `${name}${String(i).padStart(3, "0")}`;
    const at = from + i * everyMinutes;
    return alertOf(`${ruleId}-${host}`, { ruleId, ruleTitle: `Rule ${ruleId}`, host, level, at });
  });
}
