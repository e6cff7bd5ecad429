import { visible } from "../../kernel/visible.ts";
import { conditionText } from "../../monitor/search/language/one-condition.ts";
import { type IncidentDetail, QUESTIONS, type Question } from "../incident/contract.ts";
import { type Mapping, seenSteps } from "../killchain/index.ts";
import { type Act, type Answers, actsOf, answersOf, knownOf, rankOf, type Weighed } from "./act.ts";
import type { Answer, Chapter, Language, Part, Sentence, Told } from "./contract.ts";
import { searchFor } from "./entities.ts";
import { gapsOf, subjectOf } from "./gaps.ts";
import type { Occurrence } from "./occurrence.ts";
import { ENGLISH } from "./words/en.ts";
import { JAPANESE } from "./words/ja.ts";
import { shown } from "./words/shown.ts";
import type { Advice, Digest, Words } from "./words/words.ts";

const WORDS: Readonly<Record<Language, Words>> = { ja: JAPANESE, en: ENGLISH };
/** Sentences of one chapter; the rest is counted. */
const MAX_SENTENCES = 12;
const MAX_VALUES = 8;
const NAMED = { hosts: 3, who: 3, whereFrom: 2, withWhat: 3, what: 2 } as const;

const FIELDS: Readonly<Record<Exclude<Question, "when">, string>> = {
  who: "who",
  whereFrom: "where_from",
  withWhat: "with_what",
  what: "what",
  didWhat: "did_what",
};

type Telling = {
  readonly incident: Pick<
    IncidentDetail,
    "id" | "number" | "title" | "titleJa" | "severity" | "status" | "alerts" | "facts"
  >;
  /** Oldest first. */
  readonly occurrences: readonly Occurrence[];
  readonly mapping: Mapping;
  readonly language: Language;
};

/** The incident in words: a digest of three sentences, a chapter per step, the six answers, and what is not known. */
export function tell({ incident, occurrences, mapping, language }: Telling): Omit<Told, "basis"> {
  const words = WORDS[language];
  const answers = answersOf(occurrences);
  const known = knownOf(answers);
  const unknown = QUESTIONS.filter((question) => !known.includes(question));
  const tagged = incident.alerts.map(({ id, firstAt, rule: { tactics, techniques } }) => ({
    id,
    firstAt,
    tactics,
    techniques,
  }));
  const steps = seenSteps(tagged, mapping);
  const gaps = gapsOf(
    unknown,
    steps.map(({ step }) => step),
    words,
  );
  const hosts = hostsOf(occurrences);
  const advice = adviceOf(incident, gaps, { words, hosts });
  const next = sentence(words.advice(advice), []);
  const digest = digestOf({ incident, occurrences, answers, steps, hosts });
  const [gap] = gaps.filter(({ kind }) => kind === "question");
  const summary =
    digest === undefined
      ? []
      : words.digest({
          ...digest,
          known: known.length,
          gap: gap && { subject: subjectOf(gap, words), lookIn: gap.lookIn[0]?.text ?? "" },
          next: next.parts,
        });
  return {
    incidentId: incident.id,
    number: incident.number,
    title: (language === "ja" ? incident.titleJa : null) ?? incident.title,
    severity: incident.severity,
    language,
    summary: summary.map((pieces) => sentence(pieces, [])),
    steps,
    chapters: chaptersOf(actsOf(occurrences, mapping), words),
    answers: QUESTIONS.map((question) => answerOf(question, answers[question], words)),
    known,
    unknown,
    gaps,
    next,
  };
}

const instant = (ms: number): Part => {
  const at = new Date(ms).toISOString();
  return { text: `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`, at, question: "when" };
};

type Asked = Exclude<Question, "when">;

/** Of a web address the path is shown whole: its last part alone says little. */
function valuePart(question: Asked, value: string, isWeb = false): Part | undefined {
  if (value.trim() === "") return undefined;
  const text = isWeb ? visible(value) : shown(value);
  return { text, question, ...(text !== value && { value }), q: conditionText(FIELDS[question], value) };
}

/** Neighbouring texts become one part. */
function sentence(pieces: readonly (string | Part)[], alertIds: readonly string[], of?: Occurrence): Sentence {
  const parts: Part[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (typeof piece !== "string") parts.push(piece);
    else if (last && last.question === undefined && last.q === undefined)
      parts[parts.length - 1] = { text: last.text + piece };
    else parts.push({ text: piece });
  }
  const event = of && { id: of.id, time: new Date(of.timeMs).toISOString() };
  return { parts, alertIds: [...alertIds], ...(event && { event }) };
}

/** Chapters in the order in which the steps began. */
function chaptersOf(acts: readonly Act[], words: Words): Chapter[] {
  return [...Map.groupBy(acts, ({ step }) => step)].map(([step, all]) => {
    const weightiest = all
      .toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity) || a.first.timeMs - b.first.timeMs)
      .slice(0, MAX_SENTENCES);
    const told = all.filter((act) => weightiest.includes(act));
    const [firstMs, lastMs] = [all[0]?.first.timeMs ?? 0, all.reduce((last, act) => Math.max(last, act.lastMs), 0)];
    const alertIds = [...new Set(all.flatMap((act) => act.alertIds))];
    return {
      step,
      firstAt: new Date(firstMs).toISOString(),
      lastAt: new Date(lastMs).toISOString(),
      lead: sentence(words.chapter(step, instant(firstMs)), alertIds),
      sentences: told.map((act) => deedOf(act, words)),
      more: all.length - told.length,
    };
  });
}

/** The part of Windows that wrote the log is no tool of anybody's. */
const PROVIDER = /^Microsoft-Windows-/;

const domainSearch = (value: string): string => searchFor({ kind: "domain", value, host: "" });

function deedOf({ first, lastMs, events, what, alertIds }: Act, words: Words): Sentence {
  const { six, hostName, timeMs } = first;
  const pieces = words.deed({
    at: instant(timeMs),
    who: valuePart("who", six.who),
    whereFrom: valuePart("whereFrom", six.whereFrom),
    withWhat: PROVIDER.test(six.withWhat) ? undefined : valuePart("withWhat", six.withWhat),
    what:
      what === six.what
        ? valuePart("what", what, six.didWhat.startsWith("http"))
        : { text: shown(what), question: "what", q: domainSearch(what) },
    didWhat: six.didWhat,
    isLocal: six.whereFrom !== "" && six.whereFrom.toLowerCase() === hostName.toLowerCase(),
    times: events,
    until: lastMs > timeMs ? instant(lastMs) : undefined,
  });
  return sentence(pieces, alertIds, first);
}

function answerOf(question: Question, values: readonly Weighed[], words: Words): Answer {
  const shownValues = values.slice(0, MAX_VALUES).map(({ value, events }) => {
    if (question === "when") return { value, text: value, events, q: "" };
    const text = question === "didWhat" ? words.verb(value) : shown(value);
    return { value, text: visible(text), events, q: conditionText(FIELDS[question], value) };
  });
  return { question, values: shownValues, more: Math.max(0, values.length - MAX_VALUES) };
}

/** Machines by what was done on them, the weightiest first; those that only relayed (proxy, resolver, firewall) come last. */
function hostsOf(occurrences: readonly Occurrence[]): Weighed[] {
  const found = new Map<string, Weighed & { isRelay: boolean }>();
  for (const { hostName, detail, six, alerts } of occurrences) {
    if (hostName === "") continue;
    const key = hostName.toLowerCase();
    const known = found.get(key);
    const severity = [...alerts, ...(known ? [known] : [])]
      .map((one) => one.severity)
      .reduce((top, one) => (rankOf(one) > rankOf(top) ? one : top), "informational");
    const isAbout = six.whereFrom.toLowerCase() === key || six.what.toLowerCase() === key || detail.process !== "";
    const isRelay = (known?.isRelay ?? true) && !isAbout;
    found.set(key, { value: known?.value ?? hostName, events: (known?.events ?? 0) + 1, severity, isRelay });
  }
  return [...found.values()].sort(
    (a, b) => Number(a.isRelay) - Number(b.isRelay) || rankOf(b.severity) - rankOf(a.severity) || b.events - a.events,
  );
}

const hostParts = (hosts: readonly Weighed[], most: number): Part[] =>
  hosts.slice(0, most).map(({ value }) => ({ text: shown(value), value, q: conditionText("host.name", value) }));

const DIGEST_CHARS = 48;
const shortened = (part: Part | undefined): Part[] =>
  part ? [{ ...part, text: visible(part.text, DIGEST_CHARS) }] : [];

type Digesting = Pick<Telling, "incident" | "occurrences"> & {
  readonly answers: Answers;
  readonly steps: Told["steps"];
  readonly hosts: readonly Weighed[];
};

function digestOf({
  incident,
  occurrences,
  answers,
  steps,
  hosts,
}: Digesting): Omit<Digest, "known" | "gap" | "next"> | undefined {
  const [first, last] = [occurrences[0], occurrences.at(-1)];
  if (!first || !last) return undefined;
  const named = (question: "who" | "whereFrom" | "withWhat" | "what"): Part[] =>
    answers[question]
      .filter(({ value }) => !PROVIDER.test(value))
      .slice(0, NAMED[question])
      .flatMap(({ value }) => shortened(valuePart(question, value)));
  return {
    first: instant(first.timeMs),
    last: last.timeMs - first.timeMs < 1_000 ? undefined : instant(last.timeMs),
    hosts: hostParts(hosts, NAMED.hosts),
    moreHosts: Math.max(0, hosts.length - NAMED.hosts),
    steps: steps.map(({ step }) => step),
    detections: incident.facts.detections,
    alerts: incident.alerts.length,
    who: named("who"),
    whereFrom: named("whereFrom"),
    withWhat: named("withWhat"),
    what: named("what"),
  };
}

function adviceOf(
  { status, alerts }: Telling["incident"],
  gaps: Told["gaps"],
  { words, hosts }: { readonly words: Words; readonly hosts: readonly Weighed[] },
): Advice {
  if (status === "closed") return { kind: "closed" };
  if (alerts.length === 0) return { kind: "no-alerts" };
  const [gap] = gaps;
  if (status === "open" && alerts.some(({ severity }) => rankOf(severity) >= rankOf("high")))
    return { kind: "contain", hosts: hostParts(hosts, NAMED.hosts) };
  if (gap) return { kind: "find-out", subject: subjectOf(gap, words), lookIn: gap.lookIn[0]?.text ?? "" };
  return status === "open" ? { kind: "contain", hosts: hostParts(hosts, NAMED.hosts) } : { kind: "recover" };
}
