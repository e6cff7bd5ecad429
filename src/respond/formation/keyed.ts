import { byBeginning, type FormAlert, keyOf, subjectOf } from "./alert.ts";

/**
 * Alerts, oldest first, with whom and what they touch as numbers: comparing millions of pairs by text takes minutes. Numbers follow
 * the order of the alerts, so that the order of arrival decides nothing.
 */
export type KeyedAlerts = {
  readonly alerts: readonly FormAlert[];
  /** Of each alert, ascending, each once. */
  readonly keys: readonly Int32Array[];
  /** Where in the alert's `touched` each of its keys is. */
  readonly touchedAt: readonly Int32Array[];
  readonly keyCount: number;
  readonly subjects: Int32Array;
  readonly subjectCount: number;
};

export function keyAlerts(unordered: readonly FormAlert[]): KeyedAlerts {
  const alerts = unordered.toSorted(byBeginning);
  const numberOfKey = numbering();
  const numberOfSubject = numbering();
  const keys: Int32Array[] = [];
  const touchedAt: Int32Array[] = [];
  const subjects = new Int32Array(alerts.length);
  alerts.forEach((alert, place) => {
    subjects[place] = numberOfSubject.of(subjectOf(alert));
    const atOf = new Map<number, number>();
    alert.touched.forEach((one, at) => {
      const key = numberOfKey.of(keyOf(one, alert.unitId));
      if (!atOf.has(key)) atOf.set(key, at);
    });
    const own = Int32Array.from(atOf.keys()).sort();
    keys.push(own);
    touchedAt.push(own.map((key) => atOf.get(key) ?? 0));
  });
  return {
    alerts,
    keys,
    touchedAt,
    keyCount: numberOfKey.count(),
    subjects,
    subjectCount: numberOfSubject.count(),
  };
}

function numbering() {
  const numbers = new Map<string, number>();
  return {
    of: (text: string): number => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    },
    count: () => numbers.size,
  };
}
