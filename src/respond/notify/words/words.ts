import { visible } from "../../../kernel/visible.ts";
import type { Locale } from "../../../organization/access/contract.ts";
import { type Facts, isOfCall, levelOf, type Matter } from "../matter.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import type { Shown, Words } from "./shape.ts";

const WORDS: Readonly<Record<Locale, Words>> = { ja, en };
export const wordsOf = (locale: Locale): Words => WORDS[locale];

/** A matter in one line. What comes from logs and people holds no control characters and is cut. */
export function titleOf({ kind, facts }: Pick<Matter, "kind" | "facts">, locale: Locale): string {
  return WORDS[locale].titles[kind](shownFacts(facts, locale));
}

export const bothTitles = (matter: Pick<Matter, "kind" | "facts">): { ja: string; en: string } => ({
  ja: titleOf(matter, "ja"),
  en: titleOf(matter, "en"),
});

function shownFacts(facts: Facts, locale: Locale): Shown {
  const words = WORDS[locale];
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) clean[name] = typeof value === "string" ? visible(value) : value;
  const level = (text: string | undefined) =>
    text === undefined ? undefined : (words.severity[text] ?? visible(text));
  return {
    ...(clean as Omit<Facts, "entry" | "stage" | "about">),
    ...(locale === "ja" && facts.titleJa !== undefined && { title: visible(facts.titleJa) }),
    ...(facts.severity !== undefined && { severity: level(facts.severity) }),
    ...(facts.before !== undefined && { before: level(facts.before) }),
    ...(facts.phase !== undefined && { phase: words.phase[facts.phase] ?? visible(facts.phase) }),
    entry: visible(facts.entry?.[locale] ?? ""),
    stage: visible(facts.stage?.[locale] ?? ""),
    about: visible(facts.about?.[locale] ?? "", 300),
    due: facts.dueAt === undefined ? "" : moment(facts.dueAt, facts.zone ?? "UTC", locale),
  };
}

function moment(at: string, zone: string, locale: Locale): string {
  const two = "2-digit" as const;
  return new Intl.DateTimeFormat(locale === "ja" ? "ja-JP" : "en-GB", {
    timeZone: zone,
    year: "numeric",
    month: two,
    day: two,
    hour: two,
    minute: two,
    timeZoneName: "short",
  }).format(new Date(at));
}

export const severityWord = (rank: number, locale: Locale): string => WORDS[locale].severity[levelOf(rank)] ?? "";

/** Where the app tells more, as a path. */
export function pathOf({ kind, facts }: Pick<Matter, "kind" | "facts">): string {
  if (isOfCall(kind)) return "/on-call";
  if (facts.alertId !== undefined) return `/alerts?alert=${encodeURIComponent(facts.alertId)}`;
  if (kind === "alert-critical") return "/alerts?severity=critical";
  const incident = `/incidents/INC-${facts.number ?? 0}`;
  if (kind === "duty-clock") return `${incident}/duties`;
  return kind === "task-assigned" || kind === "task-due" ? `${incident}/tasks` : incident;
}
