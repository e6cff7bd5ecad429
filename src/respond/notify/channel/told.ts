import type { Locale } from "../../../organization/access/contract.ts";
import { levelOf, type Matter } from "../matter.ts";
import { pathOf, severityWord, titleOf } from "../words/words.ts";

/** Named in one message; the rest is counted. */
export const MAX_NAMED = 20;

/** One physical message before it is put into a format. */
export type Told = {
  /** The same on every attempt: receivers that saw it know it again. */
  readonly id: string;
  readonly locale: Locale;
  /** At most `MAX_NAMED`, the most severe first. */
  readonly matters: readonly Matter[];
  readonly total: number;
  /** A path of the app as an address. */
  readonly link: (path: string) => string;
};

/** ⬤ is not colour alone: the word stands beside it. */
export const lineOf = (matter: Matter, locale: Locale): string =>
  `[${severityWord(matter.severity, locale)}] ${titleOf(matter, locale)}`;

/** What a machine gets: the facts as they are, both languages, an address. */
export function webhookBody({ id, matters, total, link }: Told): string {
  return JSON.stringify({
    type: "yagura.notification",
    id,
    total,
    items: matters.map((matter) => ({
      kind: matter.kind,
      subject: matter.subject,
      step: matter.step,
      at: matter.at.toISOString(),
      unitId: matter.unitId,
      severity: levelOf(matter.severity),
      title: { ja: titleOf(matter, "ja"), en: titleOf(matter, "en") },
      url: link(pathOf(matter)),
      facts: matter.facts,
    })),
  });
}
