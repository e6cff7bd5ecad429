import { type DeclarationKind, type Period, PHASES, type Phase } from "./contract.ts";

/** One declaration as the state machine reads it. Milliseconds since 1970. */
export type Said = { readonly phase: Phase; readonly kind: DeclarationKind; readonly atMs: number };
export type Standing = ReadonlyMap<Phase, { readonly index: number; readonly atMs: number }>;
export type Course = {
  readonly standing: Standing;
  /** The standing phase that is farthest. */
  readonly phase: Phase | undefined;
  readonly returns: number;
  readonly isAfterTheFact: boolean;
  /** The first detection ever: returning to a phase does not detect anew. */
  readonly detectedMs: number | undefined;
};
export type Refusal = { readonly code: "conflict" | "invalid"; readonly message: string };

const placeOf = (phase: Phase): number => PHASES.indexOf(phase);

/** What must stand before a phase can be declared (NIST SP 800-61r3: contain, eradicate, recover). */
const NEEDS: Readonly<Record<Phase, readonly Phase[]>> = {
  sign: [],
  anomaly: [],
  discovered: [],
  understood: ["discovered"],
  contained: ["discovered"],
  scoped: ["discovered"],
  eradicated: ["contained"],
  workaround: ["contained"],
  restored: ["eradicated"],
  prevented: ["restored"],
};

export const periodOf = (phase: Phase): Period =>
  phase === "sign" || phase === "anomaly" ? "ordinary" : phase === "prevented" ? "afterwards" : "crisis";

export const missingFor = (phase: Phase, standing: Standing): Phase[] =>
  NEEDS[phase].filter((needed) => !standing.has(needed));

/** Replays the declarations, oldest first. A return voids every later phase; a correction moves its own. */
export function courseOf(said: readonly Said[]): Course {
  const standing = new Map<Phase, { index: number; atMs: number }>();
  let returns = 0;
  let isAfterTheFact = false;
  for (const [index, { phase, kind, atMs }] of said.entries()) {
    if (kind === "returned") {
      returns += 1;
      for (const later of PHASES.slice(placeOf(phase) + 1)) standing.delete(later);
    }
    if (phase === "discovered" && kind === "declared") {
      isAfterTheFact = !standing.has("sign") && !standing.has("anomaly");
    }
    standing.set(phase, { index, atMs });
  }
  const phase = PHASES.findLast((each) => standing.has(each));
  return { standing, phase, returns, isAfterTheFact, detectedMs: detectedOf(said) };
}

/** The first word of an anomaly or, without one, of the discovery; corrections of it count, returns do not. */
function detectedOf(said: readonly Said[]): number | undefined {
  const firstOf = (wanted: Phase): number | undefined => {
    let found: number | undefined;
    for (const { phase, kind, atMs } of said) {
      if (phase !== wanted) continue;
      // Declared again: a return to an earlier phase had voided it, and that does not detect anew either.
      if (kind === "returned" || (kind === "declared" && found !== undefined)) break;
      found = atMs;
    }
    return found;
  };
  const moments = [firstOf("anomaly"), firstOf("discovered")].filter((ms) => ms !== undefined);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

type Wanted = Said & { readonly note: string };
export type Bounds = { readonly nowMs: number; readonly beganMs: number };

/** Ordinary times come before the first event, and may: a sign is often found later than what it announced. */
const MAX_SIGN_AGE_MS = 3_660 * 86_400_000;

/** Why this may not be declared now; undefined when it may. */
export function refusalOf(said: readonly Said[], wanted: Wanted, bounds: Bounds): Refusal | undefined {
  const { standing } = courseOf(said);
  return (
    kindRefusal(wanted, standing) ??
    orderRefusal(wanted, standing) ??
    timeRefusal(wanted, standing, bounds) ??
    returnRefusal(said, wanted)
  );
}

function kindRefusal({ phase, kind, note }: Wanted, standing: Standing): Refusal | undefined {
  if (kind === "declared") {
    return standing.has(phase)
      ? { code: "conflict", message: "This phase is declared already. Return to it, or correct its time." }
      : undefined;
  }
  if (!standing.has(phase)) return { code: "conflict", message: "This phase is not declared yet." };
  if (note === "") return { code: "invalid", message: "Returning and correcting need a reason." };
  return undefined;
}

function orderRefusal({ phase, kind }: Wanted, standing: Standing): Refusal | undefined {
  const missing = missingFor(phase, standing);
  if (missing.length > 0) {
    return { code: "conflict", message: `Declare first: ${missing.join(", ")}.` };
  }
  if (kind === "declared" && phase === "workaround" && standing.has("restored")) {
    return { code: "conflict", message: "The restoration is declared: a workaround no longer begins." };
  }
  return undefined;
}

function timeRefusal(wanted: Wanted, standing: Standing, { nowMs, beganMs }: Bounds): Refusal | undefined {
  const { phase, kind, atMs } = wanted;
  const refuse = (message: string): Refusal => ({ code: "invalid", message });
  if (atMs > nowMs) return refuse("A phase cannot be declared for a moment that is still to come.");
  if (periodOf(phase) === "ordinary") {
    if (atMs < beganMs - MAX_SIGN_AGE_MS) return refuse("A sign cannot lie more than ten years back.");
  } else if (atMs < beganMs) return refuse("No phase of the crisis lies before the first event of the incident.");
  const needed = NEEDS[phase].flatMap((each) => standing.get(each)?.atMs ?? []);
  if (needed.some((ms) => atMs < ms)) return refuse("It would lie before a phase that must come first.");
  if (kind === "returned") {
    const voided = PHASES.slice(placeOf(phase)).flatMap((each) => standing.get(each)?.atMs ?? []);
    if (voided.some((ms) => atMs < ms)) return refuse("A return cannot lie before what it takes back.");
  }
  if (kind === "corrected") {
    const dependents = PHASES.filter((each) => NEEDS[each].includes(phase)).flatMap(
      (each) => standing.get(each)?.atMs ?? [],
    );
    if (dependents.some((ms) => atMs > ms)) return refuse("It would lie after a phase that builds on it.");
  }
  return undefined;
}

/** What was taken up again is over before what comes after it: the moments of before the return do not come back. */
function returnRefusal(said: readonly Said[], { phase, kind, atMs }: Wanted): Refusal | undefined {
  if (kind === "returned") return undefined;
  const last = said.findLast((each) => each.kind === "returned" && placeOf(each.phase) < placeOf(phase));
  if (last === undefined || atMs >= last.atMs) return undefined;
  return { code: "invalid", message: "It would lie before the return that voided it." };
}
