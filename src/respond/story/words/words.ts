import type { Question } from "../../incident/contract.ts";
import type { Step } from "../../killchain/index.ts";
import type { Part } from "../contract.ts";

/** A deed as a sentence needs it. `six` are ready to be shown; absent is undefined. */
export type Deed = {
  readonly at: Part;
  readonly who: Part | undefined;
  readonly whereFrom: Part | undefined;
  readonly withWhat: Part | undefined;
  readonly what: Part | undefined;
  readonly didWhat: string;
  /** It began on the machine that it was done on. */
  readonly isLocal: boolean;
  readonly times: number;
  readonly until: Part | undefined;
};

/** What the three sentences on top are made of. Lists hold the weightiest; `more…`: how many are left out. */
export type Digest = {
  readonly first: Part;
  readonly last: Part | undefined;
  readonly hosts: readonly Part[];
  readonly moreHosts: number;
  readonly steps: readonly Step[];
  readonly detections: number;
  readonly alerts: number;
  readonly who: readonly Part[];
  readonly whereFrom: readonly Part[];
  readonly withWhat: readonly Part[];
  readonly what: readonly Part[];
  readonly known: number;
  readonly gap: { readonly subject: string; readonly lookIn: string } | undefined;
  readonly next: readonly Part[];
};

/** What to do next. */
export type Advice =
  | { readonly kind: "closed" | "no-alerts" }
  | { readonly kind: "contain"; readonly hosts: readonly Part[] }
  | { readonly kind: "find-out"; readonly subject: string; readonly lookIn: string }
  | { readonly kind: "recover" };

/** Everything that a language says in its own way. Pieces of text and parts, in the order of the language. */
export type Words = {
  deed(deed: Deed): (string | Part)[];
  chapter(step: Step | null, at: Part): (string | Part)[];
  digest(digest: Digest): (string | Part)[][];
  advice(advice: Advice): (string | Part)[];
  verb(didWhat: string): string;
  readonly question: Readonly<Record<Question, string>>;
  readonly step: Readonly<Record<Step, string>>;
  questionGap(question: Question): string;
  stepGap(step: Step): string;
  readonly logs: Readonly<Record<LogKind, string>>;
};

/** Logs that would tell what is not known. */
export const LOG_KINDS = [
  "sign-ins",
  "vpn",
  "addresses",
  "firewall",
  "proxy",
  "dns",
  "mail",
  "processes",
  "files",
  "web",
  "clock",
  "raw",
] as const;
export type LogKind = (typeof LOG_KINDS)[number];
