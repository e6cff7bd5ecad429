import { zoneOffsetMs } from "../../kernel/zone.ts";
import type { Block, ReportDocument } from "../../platform/pdf/index.ts";
import type { IncidentDetail } from "../incident/index.ts";
import type { Answers } from "./applies.ts";
import { dayText, localDay } from "./civil-day.ts";
import type { ClockTime } from "./clocks.ts";
import type { Answer, Draft, KnownAt, Language, ProfileContent } from "./contract.ts";
import { FACTS, STANDING } from "./contract.ts";
import type { Deadline } from "./deadline.ts";
import { FACT_WORDS, KIND_WORDS, REPORT_FIELDS, STANDING_WORDS, WORDS } from "./draft-words.ts";

export type DraftInput = {
  readonly time: ClockTime;
  readonly incident: IncidentDetail;
  readonly answers: Answers;
  readonly known: KnownAt | undefined;
  readonly standing: ProfileContent["standing"]["ja"] | undefined;
  readonly language: Language;
  /** What people wrote instead of what the case says. */
  readonly edited: Readonly<Record<string, string>>;
};
const MAX_STEPS = 40;
const MAX_NAMED = 30;

/** The report's items, each as a person wrote it or as the case fills it in. */
export function fieldsOf(input: DraftInput): Draft["fields"] {
  const { time, edited, language } = input;
  return REPORT_FIELDS[time.stage.report].map(([key, label]) => {
    const own = edited[key];
    return { key, label: label[language], text: own ?? prefilled(key, input), isEdited: own !== undefined };
  });
}

/** `isFixed`: as it is approved and sent; else it says that it is a draft. `hasInternal`: with what is for one's own people. */
export type Edition = { readonly isFixed: boolean; readonly hasInternal: boolean };

/** The whole report as a tree. */
export function reportOf(input: DraftInput, { isFixed, hasInternal }: Edition): ReportDocument {
  const { time, language, incident } = input;
  const { name } = time.entry.content;
  const { content } = time.entry;
  const title = `${name[language]} ${time.stage.name[language]}`;
  return {
    language,
    title: isFixed ? title : `${WORDS.draft[language]} ${title}`,
    subtitle: `${WORDS.incident[language]} INC-${incident.number}`,
    blocks: [
      {
        kind: "rows",
        rows: [
          [WORDS.to[language], name[language]],
          [WORDS.basis[language], content.basis],
          ...clockRows(input, hasInternal),
        ],
      },
      ...standingBlocks(input),
      ...fieldsOf(input).flatMap(({ label, text }): Block[] => [
        { kind: "heading", text: label },
        { kind: "text", text },
      ]),
      ...(hasInternal ? factBlocks(input) : []),
    ],
  };
}

/** Before "known at" is declared there is no deadline to name, and a draft says so instead of being silent. */
function clockRows({ time, known, language }: DraftInput, hasInternal: boolean): [string, string][] {
  const { zone } = time.entry.content;
  const due = time.due === null ? WORDS.noLimit[language] : deadlineText(time.due, zone, language);
  if (time.state === "not-in-force") return [[WORDS.limit[language], WORDS.notInForce[language]]];
  if (!known)
    return [
      [WORDS.knownAt[language], WORDS.notStarted[language]],
      [WORDS.wouldBe[language], due],
    ];
  return [
    [WORDS.knownAt[language], instantText(Date.parse(known.knownAt), zone, language)],
    [WORDS.knownBy[language], known.place],
    ...(hasInternal ? internalRows(known, language) : []),
    [WORDS.limit[language], time.isProjected ? `${due} ${WORDS.atTheLatest[language]}` : due],
  ];
}

const internalRows = (known: KnownAt, language: Language): [string, string][] => [
  [WORDS.evidence[language], known.evidence],
  [WORDS.declaredBy[language], known.by],
];

const factBlocks = (input: DraftInput): Block[] => [
  { kind: "heading", text: WORDS.facts[input.language] },
  { kind: "rows", rows: factRows(input) },
];

function standingBlocks({ standing, language }: DraftInput): Block[] {
  const rows = STANDING.map((key): [string, string] => [
    STANDING_WORDS[key]?.[language] ?? key,
    standing?.[key] || WORDS.unknown[language],
  ]);
  return [
    { kind: "heading", text: WORDS.reporter[language] },
    { kind: "rows", rows },
  ];
}

function factRows({ time, answers, language }: DraftInput): [string, string][] {
  const { all, any, unless, question } = time.entry.content;
  const variants = time.stage.variants.map(({ fact }) => fact);
  const asked = FACTS.filter((fact) => [...all, ...any, ...unless, ...variants].includes(fact));
  const rows = asked.map((fact): [string, string] => [FACT_WORDS[fact][language], answerText(answers[fact], language)]);
  if (question === null) return rows;
  return [...rows, [question[language], answerText(answers[`entry:${time.entry.id}`], language)]];
}

export function answerText(answer: Answer | undefined, language: Language): string {
  if (answer === undefined) return WORDS.notAnswered[language];
  return { yes: WORDS.yes, no: WORDS.no, unknown: WORDS.notKnown }[answer][language];
}

function prefilled(key: string, input: DraftInput): string {
  const { incident, language, answers, standing } = input;
  const say = (ja: string, en: string) => (language === "ja" ? ja : en);
  switch (key) {
    case "outline":
      return outlineOf(input);
    case "cause":
      return causeOf(incident, say) || WORDS.unknown[language];
    case "persons":
      return `${FACT_WORDS.overThousand[language]}: ${answerText(answers.overThousand, language)}`;
    case "items":
      return (["specialCare", "propertyDamage"] as const)
        .map((fact) => `${FACT_WORDS[fact][language]}: ${answerText(answers[fact], language)}`)
        .join("\n");
    case "malicious":
      return `${FACT_WORDS.crime[language]}: ${answerText(answers.crime ?? answers.improperPurpose, language)}`;
    case "contact":
      return (
        [standing?.contactPerson, standing?.phone, standing?.email].filter(Boolean).join("\n") ||
        WORDS.unknown[language]
      );
    case "indicators":
      return (
        namesOf(incident, ["address", "hash", "domain"], language) ||
        namesOf(incident, [], language) ||
        WORDS.unknown[language]
      );
    default:
      return WORDS.unknown[language];
  }
}

function outlineOf({ incident, language, time }: DraftInput): string {
  const { zone } = time.entry.content;
  const say = (ja: string, en: string) => (language === "ja" ? ja : en);
  const at = (instant: string | null) =>
    instant === null ? WORDS.unknown[language] : instantText(Date.parse(instant), zone, language);
  const steps = incident.story.steps.slice(0, MAX_STEPS).map(({ time: when, six, ruleTitle }) => {
    const said = [six.who, six.whereFrom, six.withWhat, six.what, six.didWhat].filter(Boolean).join(" / ");
    return `${at(when)}  ${ruleTitle}${said ? ` (${said})` : ""}`;
  });
  return [
    incident.title,
    incident.summary,
    `${say("最初に観測された日時", "First observed")}: ${at(incident.facts.firstAt)}`,
    `${say("最後に観測された日時", "Last observed")}: ${at(incident.facts.lastAt)}`,
    ...(steps.length > 0 ? [`${WORDS.timeline[language]}:`, ...steps] : []),
    ...(incident.hiddenAlerts > 0 ? [WORDS.hidden[language]] : []),
  ]
    .filter(Boolean)
    .join("\n");
}

function causeOf({ facts, alerts }: IncidentDetail, say: (ja: string, en: string) => string): string {
  const rules = [...new Set(alerts.map(({ rule }) => rule.title))].slice(0, MAX_NAMED);
  const techniques = facts.techniques.slice(0, MAX_NAMED).map(({ id }) => id);
  return [
    ...(rules.length > 0 ? [`${say("検知した内容", "Detected")}: ${rules.join(" / ")}`] : []),
    ...(techniques.length > 0 ? [`ATT&CK: ${techniques.join(", ")}`] : []),
  ].join("\n");
}

const namesOf = ({ facts }: IncidentDetail, kinds: readonly string[], language: Language): string =>
  facts.entities
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .slice(0, MAX_NAMED)
    .map(({ kind, value }) => `${KIND_WORDS[kind]?.[language] ?? kind}: ${value}`)
    .join("\n");

/** `2026-11-28 14:05 (Asia/Tokyo)`. */
function instantText(ms: number, zone: string, language: Language): string {
  const clock = new Date(ms + zoneOffsetMs(zone, ms)).toISOString().slice(11, 16);
  return `${dateText(dayText(localDay(ms, zone)), language)} ${clock} (${zone})`;
}

function deadlineText({ dueMs, lastDay }: Deadline, zone: string, language: Language): string {
  if (lastDay === null) return instantText(dueMs, zone, language);
  return `${dateText(lastDay, language)}${WORDS.endOfDay[language]} (${zone})`;
}

function dateText(day: string, language: Language): string {
  if (language === "en") return day;
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日`;
}
