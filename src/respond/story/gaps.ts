import { conditionText } from "../../monitor/search/language/one-condition.ts";
import type { Question } from "../incident/contract.ts";
import { STEPS, type Step } from "../killchain/contract.ts";
import type { Gap } from "./contract.ts";
import type { LogKind, Words } from "./words/words.ts";

const LOGS_OF_QUESTION: Readonly<Record<Question, readonly LogKind[]>> = {
  when: ["clock", "raw"],
  who: ["sign-ins", "vpn", "addresses"],
  whereFrom: ["firewall", "vpn", "addresses"],
  withWhat: ["processes", "proxy"],
  what: ["files", "proxy", "raw"],
  didWhat: ["raw", "processes"],
};
const LOGS_OF_STEP: Readonly<Record<Step, readonly LogKind[]>> = {
  reconnaissance: ["firewall", "web"],
  weaponization: ["dns", "mail"],
  delivery: ["mail", "proxy", "vpn", "web"],
  exploitation: ["processes", "web"],
  installation: ["processes", "sign-ins"],
  "command-and-control": ["firewall", "proxy", "dns"],
  actions: ["files", "firewall", "sign-ins"],
};
/** What is collected of such logs already, in the search language; of VPNs, clocks and raw text nothing is alike everywhere. */
const SEARCHES: Readonly<Partial<Record<LogKind, string>>> = {
  "sign-ins": conditionText("did_what", "logged-on"),
  addresses: conditionText("did_what", "address-leased"),
  firewall: conditionText("category", "firewall"),
  proxy: conditionText("category", "proxy"),
  dns: conditionText("category", "dns"),
  mail: conditionText("did_what", "mail-transferred"),
  processes: conditionText("did_what", "process-started"),
  files: conditionText("did_what", "file-accessed"),
  web: conditionText("category", "webserver"),
};

/** An attack that was seen in a later step went through these, seen or not; looking around and preparing leave no trace here. */
const IMPLIED: readonly Step[] = ["delivery", "exploitation", "installation", "command-and-control"];

/** What an incident leaves open: questions first, then steps that must have been and were not seen. */
export function gapsOf(unknown: readonly Question[], seen: readonly Step[], words: Words): Gap[] {
  const lookIn = (kinds: readonly LogKind[]): Gap["lookIn"] =>
    kinds.map((kind) => {
      const q = SEARCHES[kind];
      return { text: words.logs[kind], ...(q !== undefined && { q }) };
    });
  return [
    ...unknown.map((question) => ({
      id: `question:${question}`,
      kind: "question" as const,
      question,
      text: words.questionGap(question),
      lookIn: lookIn(LOGS_OF_QUESTION[question]),
    })),
    ...missingSteps(seen).map((step) => ({
      id: `step:${step}`,
      kind: "step" as const,
      step,
      text: words.stepGap(step),
      lookIn: lookIn(LOGS_OF_STEP[step]),
    })),
  ];
}

function missingSteps(seen: readonly Step[]): Step[] {
  const furthest = Math.max(-1, ...seen.map((step) => STEPS.indexOf(step)));
  const before = IMPLIED.filter((step) => STEPS.indexOf(step) < furthest && !seen.includes(step));
  const isInside = seen.includes("installation") || seen.includes("command-and-control");
  return isInside && !seen.includes("actions") ? [...before, "actions"] : before;
}

export const subjectOf = (gap: Gap, words: Words): string =>
  gap.question ? words.question[gap.question] : gap.step ? words.step[gap.step] : gap.text;
