import type { ExceptionInput, RuleException } from "../../../api/exceptions.ts";

/** What the form holds. `until` is a local date such as 2026-12-31, "" while none is chosen. */
export type ExceptionDraft = {
  readonly rules: readonly { readonly id: string; readonly title: string }[];
  readonly unitId: string;
  readonly kind: "fields" | "sigma";
  readonly fields: readonly { readonly key: number; readonly name: string; readonly value: string }[];
  readonly sigma: string;
  readonly reason: string;
  readonly until: string;
};

/** The column in which an alert's entity stands. */
const ENTITY_FIELDS: Readonly<Record<string, string>> = {
  host: "host.name",
  user: "user.name",
  address: "source.ip",
  domain: "url.domain",
};

type Alert = {
  readonly rule: { readonly id: string; readonly title: string };
  readonly unitId: string;
  readonly entity: { readonly kind: string; readonly value: string };
};

export function draftFromAlert({ rule, unitId, entity }: Alert): ExceptionDraft {
  const name = ENTITY_FIELDS[entity.kind];
  const fields = name === undefined ? [] : [{ key: 0, name, value: entity.value }];
  return { rules: [rule], unitId, kind: "fields", fields, sigma: "", reason: "", until: "" };
}

export function draftFromException({ rules, unitId, match, reason }: RuleException): ExceptionDraft {
  return {
    rules: rules.map(({ id, title }) => ({ id, title: title ?? id })),
    unitId,
    kind: match.kind,
    fields: match.kind === "fields" ? match.fields.map((field, key) => ({ ...field, key })) : [],
    sigma: match.kind === "sigma" ? match.text : "",
    reason,
    until: "",
  };
}

/** The last moment of the chosen day, in the zone of the person's own clock. */
const endOfDay = (date: string): string => new Date(`${date}T23:59:59`).toISOString();

export const isComplete = ({ kind, fields, sigma, reason, until }: ExceptionDraft): boolean =>
  reason.trim() !== "" &&
  until !== "" &&
  (kind === "sigma" ? sigma.trim() !== "" : fields.length > 0 && fields.every(({ name }) => name.trim() !== ""));

export function inputOf(draft: ExceptionDraft): ExceptionInput {
  const fields = draft.fields.map(({ name, value }) => ({ name: name.trim(), value }));
  return {
    ruleIds: draft.rules.map(({ id }) => id),
    unitId: draft.unitId,
    match: draft.kind === "sigma" ? { kind: "sigma", text: draft.sigma } : { kind: "fields", fields },
    reason: draft.reason.trim(),
    expiresAt: endOfDay(draft.until),
  };
}

/** The local date so many days from now. */
export function dateIn(days: number, nowMs: number): string {
  const day = new Date(nowMs + days * 86_400_000);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
