import { countText } from "../../../kernel/count.ts";
import type { Part } from "../contract.ts";
import { VERBS } from "./verbs.ts";
import type { Advice, Deed, Digest, Words } from "./words.ts";

type Piece = string | Part;

const QUESTION = {
  when: "when",
  who: "who",
  whereFrom: "where from",
  withWhat: "with what",
  what: "what",
  didWhat: "did what",
} as const;

const STEP = {
  reconnaissance: "Reconnaissance",
  weaponization: "Weaponization",
  delivery: "Delivery",
  exploitation: "Exploitation",
  installation: "Installation",
  "command-and-control": "Command and control",
  actions: "Actions on objectives",
} as const;

const LEAD = {
  reconnaissance: "somebody looked for ways in.",
  weaponization: "an attack seems to have been prepared.",
  delivery: "something came in that opens the way.",
  exploitation: "a weakness seems to have been used, or a harmful program run.",
  installation: "somebody seems to have settled in, widened their rights or covered their tracks.",
  "command-and-control": "there was traffic that looks like control from outside.",
  actions: "there were steps toward a goal, such as stealing credentials, moving on or taking data out.",
} as const;

/** a, b and c; with more, how many. */
function listed(parts: readonly Part[], more = 0): Piece[] {
  const last = parts.length - 1;
  const joined = parts.flatMap((part, i): Piece[] =>
    i === 0 ? [part] : [i === last && more === 0 ? " and " : ", ", part],
  );
  return more > 0 ? [...joined, ` and ${more} more`] : joined;
}

function deed({ at, who, whereFrom, withWhat, what, didWhat, isLocal, times, until }: Deed): Piece[] {
  const verb = VERBS[didWhat];
  const pieces: Piece[] = [at, ": "];
  // Where nobody is named, a sentence needs another subject: where it came from.
  const isFromSubject = !who && !isLocal && whereFrom !== undefined;
  pieces.push(who ?? (isFromSubject ? whereFrom : "somebody"), " ");
  pieces.push({ text: verb?.en ?? (didWhat || "acted"), question: "didWhat", value: didWhat });
  if (what) pieces.push(verb?.preposition ? ` ${verb.preposition} ` : " ", what);
  if (whereFrom && !isFromSubject) pieces.push(isLocal ? " on " : " from ", whereFrom);
  if (withWhat) pieces.push(isLocal ? " using " : " with ", withWhat);
  if (times > 1) pieces.push(` (${times} times`, ...(until ? [" until ", until] : []), ")");
  return [...pieces, "."];
}

function digest(of: Digest): Piece[][] {
  const span: Piece[] = of.last ? ["Between ", of.first, " and ", of.last, ", "] : ["At ", of.first, ", "];
  const steps =
    of.steps.length > 0
      ? `activity of the ${of.steps.length === 1 ? "step" : "steps"} ${of.steps.map((step) => STEP[step]).join(", ")} was detected`
      : "suspicious activity was detected";
  const where: Piece[] = of.hosts.length > 0 ? [" on ", ...listed(of.hosts, of.moreHosts)] : [];
  const count = ` (${countText(of.detections, "detection")}, ${countText(of.alerts, "alert")}).`;
  return [[...span, steps, ...where, count], actors(of), standing(of)];
}

function actors({ who, whereFrom, withWhat, what }: Digest): Piece[] {
  const subject: Piece[] =
    who.length > 0
      ? [
          who.length === 1 ? "The account " : "The accounts ",
          ...listed(who),
          who.length === 1 ? " was used" : " were used",
        ]
      : ["Who did it is not known; it was done"];
  const from: Piece[] = whereFrom.length > 0 ? [", starting from ", ...listed(whereFrom)] : [];
  const tools: Piece[] = withWhat.length > 0 ? [", by means of ", ...listed(withWhat)] : [];
  const target: Piece[] = what.length > 0 ? [", on ", ...listed(what)] : [];
  return [...subject, ...from, ...tools, ...target, "."];
}

function standing({ known, gap, next }: Digest): Piece[] {
  const answered = known === 6 ? "All six questions are answered. " : `${known} of the six questions are answered. `;
  if (gap) return [answered, `To learn “${gap.subject}”, look at ${gap.lookIn}.`];
  return [answered, ...next];
}

function advice(of: Advice): Piece[] {
  switch (of.kind) {
    case "closed":
      return ["This incident is closed."];
    case "no-alerts":
      return ["There is no alert that you may see, so there is no story to tell."];
    case "contain":
      return of.hosts.length > 0
        ? ["Decide first whether ", ...listed(of.hosts), " must be contained."]
        : ["Decide first whether containment is needed."];
    case "find-out":
      return [`To learn “${of.subject}”, look at ${of.lookIn}.`];
    case "recover":
      return ["Remove the cause, make sure that everything runs again, then close the incident."];
  }
}

export const ENGLISH: Words = {
  deed,
  chapter: (step, at) =>
    step ? ["From ", at, " on, ", LEAD[step]] : ["From ", at, " on, there was activity that no step stands for."],
  digest,
  advice,
  verb: (didWhat) => VERBS[didWhat]?.en ?? didWhat,
  question: QUESTION,
  step: STEP,
  questionGap: (question) => `Nothing that is recorded answers “${QUESTION[question]}” yet.`,
  stepGap: (step) =>
    ({
      reconnaissance: "No trace of looking for ways in was found.",
      weaponization: "No trace of the preparation was found.",
      delivery: "How they came in is not known.",
      exploitation: "How it was run is not known.",
      installation: "Whether something was left behind to come back is not known.",
      "command-and-control": "Whether there was traffic with the outside is not known.",
      actions: "What was achieved (theft, removal of data, destruction) is not known.",
    })[step],
  logs: {
    "sign-ins": "sign-in logs (Windows Security, Linux authentication, SSO)",
    vpn: "VPN and remote access logs",
    addresses: "DHCP leases",
    firewall: "firewall logs",
    proxy: "proxy logs",
    dns: "DNS query logs",
    mail: "mail gateway logs",
    processes: "process creation logs (Sysmon, EDR, auditd)",
    files: "file audit logs",
    web: "logs of the public web servers",
    clock: "the clock of the sender",
    raw: "the original text of the logs",
  },
};
