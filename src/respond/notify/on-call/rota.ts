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
type Plan = Pick<RotaContent, "zone" | "rotation" | "handoverAt" | "startsOn" | "people">;
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

function ordinary(plan: Plan, fromMs: number, toMs: number): Span<Person>[] {
  const spans: Span<Person>[] = [];
  if (fromMs >= toMs) return spans;
  for (let n = shiftAt(plan, fromMs); ; n += 1) {
    const startsMs = Math.max(fromMs, handoverMs(plan, n));
    const endsMs = Math.min(toMs, handoverMs(plan, n + 1));
    if (startsMs >= toMs) return spans;
    const person = plan.people[n % plan.people.length];
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
