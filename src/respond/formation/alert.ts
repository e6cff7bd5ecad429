import type { Level } from "../../monitor/alert/contract.ts";
import type { Touched } from "../../monitor/event/index.ts";

/** An alert as the joining of alerts sees it. Instants are UTC milliseconds. Nothing here depends on when it was read. */
export type FormAlert = {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleTitle: string;
  readonly level: Level;
  readonly tactics: readonly string[];
  readonly unitId: string;
  readonly entity: { readonly kind: string; readonly value: string };
  readonly dataset: string;
  readonly count: number;
  /** When it was seen for the first time. */
  readonly bornMs: number;
  /** When it began; after two quiet days and more, when it began again. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly touched: readonly Touched[];
  /** It is in an incident that a person closed: it still tells what belongs together, and adds nothing to a score. */
  readonly isSettled: boolean;
  /** The same was seen before, and a person closed it. */
  readonly recurs: boolean;
};

/** The figures by which alerts are joined and incidents opened. */
export type FormSettings = {
  /** A score from which a cluster opens an incident. */
  readonly threshold: number;
  /** Alerts further apart in time are not joined. */
  readonly windowMs: number;
  /** A bond is worth half when this much time lies between. */
  readonly halfLifeMs: number;
  /** The least strength of a bond. */
  readonly minBond: number;
  /** No cluster grows beyond this; an incident holds 500 alerts, and people add some. */
  readonly maxAlerts: number;
  /** A rule breaks out when it begins on so many things within this time; later ones belong to it after no longer pause than the reach. */
  readonly outbreakSubjects: number;
  readonly outbreakMs: number;
  readonly outbreakReachMs: number;
};

const HOUR_MS = 3_600_000;
export const FORM_SETTINGS: FormSettings = {
  threshold: 25,
  windowMs: 48 * HOUR_MS,
  halfLifeMs: 6 * HOUR_MS,
  minBond: 0.35,
  maxAlerts: 400,
  outbreakSubjects: 8,
  outbreakMs: HOUR_MS,
  outbreakReachMs: 24 * HOUR_MS,
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Oldest first; what began together goes by rule and subject, so that ids, which are made by chance, decide nothing. All of formation
 * works in this order, whatever came first.
 */
export const byBeginning = (a: FormAlert, b: FormAlert): number =>
  a.firstMs - b.firstMs ||
  compareText(a.ruleId, b.ruleId) ||
  compareText(subjectOf(a), subjectOf(b)) ||
  compareText(a.id, b.id);

/** Machines are told apart by unit: two companies of a group may each have a `pc-001`. The rest means the same everywhere. */
export const keyOf = ({ kind, value }: Pick<Touched, "kind" | "value">, unitId: string): string =>
  kind === "host" ? `host ${unitId} ${value}` : `${kind} ${value}`;

/** What the alert is about, as its rule groups it. */
export const subjectOf = ({ unitId, entity }: FormAlert): string => `${unitId} ${entity.kind} ${entity.value}`;
