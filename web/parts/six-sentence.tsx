import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../src/monitor/search/language/one-condition.ts";
import { formatInstant } from "../ui/clock.ts";
import { useClock } from "../ui/use-clock.tsx";
import { shortName } from "./short-name.ts";
import classes from "./six-sentence.module.css";

export type Six = { who: string; whereFrom: string; withWhat: string; what: string; didWhat: string };
export type Question = keyof Six | "when";

/** The name to type in a query for each answer. */
export const FIELD_OF: Readonly<Record<keyof Six, string>> = {
  who: "who",
  whereFrom: "where_from",
  withWhat: "with_what",
  what: "what",
  didWhat: "did_what",
};

type Draw = (question: keyof Six, value: string, text: string) => ReactNode;
type SentenceProps = {
  readonly time?: string | undefined;
  readonly six: Six;
  /** Draws one answer; by default a link to the events that share it. */
  readonly draw?: Draw | undefined;
};

/** For lists where the row itself is the link. */
export const plainAnswer: Draw = (question, _, text) => (
  <span className={classes.plain} data-question={question}>
    {text}
  </span>
);

/** いつ・誰が・どこから・何で・何を・どうした as one sentence in the reader's language, each answer a way to go on. */
export function SixSentence({ time, six, draw = linkToEvents }: SentenceProps) {
  const { t, i18n } = useTranslation("monitor");
  const { zone } = useClock();
  const [verb, particle] = t(`action.${six.didWhat}`, { defaultValue: six.didWhat }).split("|");
  // Where nobody is named, an English sentence needs another subject: where it came from.
  const order = (six.who === "" ? t("six.orderWithoutWho") : t("six.order")).split(" ") as Question[];
  const isJapanese = i18n.language === "ja";
  const parts = order.filter((question) => (question === "when" ? time !== undefined : six[question] !== ""));
  return (
    <span className={classes.sentence}>
      {parts.map((question, index) => {
        if (question === "when")
          return (
            <Fragment key={question}>
              <time className={classes.when} dateTime={time}>
                {formatInstant(time ?? "", zone)}
              </time>
              {index === parts.length - 1 ? "" : t("six.after.when")}
            </Fragment>
          );
        const value = six[question];
        const isWhat = question === "what";
        // A particle belongs to the verb: 「DC01 にログオンした」, "logged on to DC01".
        const before = isWhat && !isJapanese && particle ? ` ${particle} ` : t(`six.before.${question}`);
        const after = isWhat && isJapanese && particle ? particle : t(`six.after.${question}`);
        const isFirst = index === (parts[0] === "when" ? 1 : 0);
        return (
          <Fragment key={question}>
            {isFirst ? "" : before}
            {draw(question, value, question === "didWhat" ? (verb ?? value) : shortName(value))}
            {after}
          </Fragment>
        );
      })}
      {isJapanese && six.didWhat === "" ? "" : t("six.end")}
    </span>
  );
}

function linkToEvents(question: keyof Six, value: string, text: string): ReactNode {
  return <AnswerLink question={question} value={value} text={text} />;
}

function AnswerLink({ question, value, text }: { question: keyof Six; value: string; text: string }) {
  const { t } = useTranslation("monitor");
  return (
    <Link
      to="/search"
      search={{ q: conditionText(FIELD_OF[question], value) }}
      className={classes.answer}
      data-question={question}
      title={t("six.filterBy", { question: t(`six.${question}`), value })}
    >
      {text}
    </Link>
  );
}
