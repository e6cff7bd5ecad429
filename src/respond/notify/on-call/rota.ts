import { wallToUtcMs, zoneOffsetMs } from "../../../kernel/zone.ts";
import type { RotaContent } from "./contract.ts";

const DAY_MS = 86_400_000;

export type Span<Person> = {
  readonly startsMs: number;
  readonly endsMs: number;
  readonly person: Person;
  /** Of whoever stands in. */
  readonly overrideId: string | null;
};
export type StandIn<Person> = {
  readonly id: string;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly person: Person;
};
export type Plan = Pick<RotaContent, "zone" | "rotation" | "handoverAt" | "startsOn" | "people"> & {
  /** Whoever has the first shift, as a place in `people`. */
  readonly turn: number;
};
type Person = RotaContent["people"][number];

const stepDays = ({ rotation }: Plan): number => (rotation === "weekly" ? 7 : 1);

/** The instant of the n-th handover, counted from the first. On the day that clocks skip the hour, right after the gap. */
export function handoverMs(plan: Plan, n: number): number {
  const firstDay = Date.parse(`${plan.startsOn}T00:00:00Z`);
  const [hours = 0, minutes = 0] = plan.handoverAt.split(":").map(Number);
  return wallToUtcMs(plan.zone, firstDay + n * stepDays(plan) * DAY_MS + (hours * 60 + minutes) * 60_000);
}

/** The number of the shift that runs at the instant; negative before the rota begins. */
function shiftAt(plan: Plan, atMs: number): number {
  const firstDay = Date.parse(`${plan.startsOn}T00:00:00Z`);
  const wall = atMs + zoneOffsetMs(plan.zone, atMs);
  let n = Math.floor((wall - firstDay) / (stepDays(plan) * DAY_MS)) + 1;
  while (handoverMs(plan, n) > atMs) n -= 1;
  return n;
}

/** Who is on call from `fromMs` up to `toMs`, without a gap from the rota's beginning on. Of stand-ins that overlap the last in the list counts. */
export function shiftsBetween(
  plan: Plan,
  standIns: readonly StandIn<Person>[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Span<Person>[] {
  let spans: readonly Span<Person>[] = ordinary(plan, Math.max(fromMs, handoverMs(plan, 0)), toMs);
  for (const standIn of standIns) spans = spans.flatMap((span) => cut(span, standIn));
  return joined(spans);
}

export const onCallAt = (plan: Plan, standIns: readonly StandIn<Person>[], atMs: number): Person | undefined =>
  shiftsBetween(plan, standIns, { fromMs: atMs, toMs: atMs + 1 })[0]?.person;

const personOf = ({ people, turn }: Plan, n: number): Person | undefined => people[(n + turn) % people.length];

/** Everybody in the order in which they would have the shift of the instant: who has it, then those after them. [] before it begins. */
export function turnsAt(plan: Plan, standIns: readonly StandIn<Person>[], atMs: number): readonly Person[] {
  const current = onCallAt(plan, standIns, atMs);
  if (current === undefined) return [];
  const n = shiftAt(plan, atMs);
  const turns = [current, ...plan.people.flatMap((_, i) => personOf(plan, n + i) ?? [])];
  return turns.filter(({ id }, i) => turns.findIndex((one) => one.id === id) === i);
}

/** Does nothing differ that decides who has which shift? */
export const isSamePlan = (a: Omit<Plan, "turn">, b: Omit<Plan, "turn">): boolean =>
  (["zone", "rotation", "handoverAt", "startsOn"] as const).every((name) => a[name] === b[name]) && isSameOrder(a, b);

const isSameOrder = ({ people: a }: Pick<Plan, "people">, { people: b }: Pick<Plan, "people">): boolean =>
  a.length === b.length && a.every(({ id }, i) => b[i]?.id === id);

/**
 * The turn of a plan that is changed while it runs: whoever has the shift now keeps it until the next handover, and the new order
 * goes on after them. Somebody who is taken out is followed by whoever came next in the old order.
 */
export function turnAfter(before: Plan, after: Omit<Plan, "turn">, atMs: number): number {
  const [was, will] = [shiftAt(before, atMs), shiftAt({ ...after, turn: 0 }, atMs)];
  if (was < 0 || will < 0) return 0;
  const size = after.people.length;
  const old = before.people.map((_, i) => (was + before.turn + i) % before.people.length);
  const place = isSameOrder(before, after)
    ? (old[0] ?? 0)
    : (old.map((i) => after.people.findIndex(({ id }) => id === before.people[i]?.id)).find((i) => i >= 0) ?? 0);
  return (((place - will) % size) + size) % size;
}

function ordinary(plan: Plan, fromMs: number, toMs: number): Span<Person>[] {
  const spans: Span<Person>[] = [];
  if (fromMs >= toMs) return spans;
  for (let n = shiftAt(plan, fromMs); ; n += 1) {
    const startsMs = Math.max(fromMs, handoverMs(plan, n));
    const endsMs = Math.min(toMs, handoverMs(plan, n + 1));
    if (startsMs >= toMs) return spans;
    const person = personOf(plan, n);
    if (person && startsMs < endsMs) spans.push({ startsMs, endsMs, person, overrideId: null });
  }
}

function cut(span: Span<Person>, { id, startsMs, endsMs, person }: StandIn<Person>): Span<Person>[] {
  const from = Math.max(span.startsMs, startsMs);
  const to = Math.min(span.endsMs, endsMs);
  if (from >= to) return [span];
  return [
    { ...span, endsMs: from },
    { startsMs: from, endsMs: to, person, overrideId: id },
    { ...span, startsMs: to },
  ].filter((part) => part.startsMs < part.endsMs);
}

/** One stand-in over several shifts is one line. */
function joined(spans: readonly Span<Person>[]): Span<Person>[] {
  const out: Span<Person>[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    const isSame = last?.overrideId === span.overrideId && span.overrideId !== null && last.endsMs === span.startsMs;
    if (last && isSame) out[out.length - 1] = { ...last, endsMs: span.endsMs };
    else out.push(span);
  }
  return out;
}
