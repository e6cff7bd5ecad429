import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ANSWERS, type Answer, answerFacts, type DutyCase } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Section } from "../../../ui/page.tsx";
import { Segments } from "../../../ui/segments.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

/** Questions of fact with three answers each; one that nobody answered shows none of them chosen. */
export function FactsPanel({ duties }: { readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  // What was on the page when the first answer was given; after a collision what is there now.
  const [seen, setSeen] = useState<number>();
  const save = useRecord(
    duties.incidentId,
    (version: number) => answerFacts(duties.incidentId, { version, answers }),
    () => {
      setAnswers({});
      setSeen(undefined);
    },
  );
  const give = (key: string, answer: Answer) => {
    setSeen((now) => now ?? duties.version);
    setAnswers((now) => ({ ...now, [key]: answer }));
  };
  const questions = [
    ...duties.questions.map((fact) => ({ key: fact as string, label: t(`fact.${fact}`) })),
    ...duties.entries.flatMap(({ id, name, question }) =>
      question === null ? [] : [{ key: `entry:${id}`, label: `${name[language]} – ${question[language]}` }],
    ),
  ];
  if (questions.length === 0) return null;
  return (
    <Section title={t("facts.title")}>
      <p className={classes.small}>{t("facts.hint")}</p>
      <Collision error={save.error} />
      <ul className={classes.facts}>
        {questions.map(({ key, label }) => (
          <Question
            key={key}
            label={label}
            answer={answers[key] ?? duties.facts[key]}
            onAnswer={duties.mayWrite ? (answer) => give(key, answer) : undefined}
          />
        ))}
      </ul>
      {duties.mayWrite ? (
        <Button
          size="xs"
          mt={8}
          loading={save.isPending}
          disabled={Object.keys(answers).length === 0}
          onClick={() => save.mutate(save.error ? duties.version : (seen ?? duties.version))}
        >
          {t("facts.save")}
        </Button>
      ) : null}
    </Section>
  );
}

type QuestionProps = {
  readonly label: string;
  readonly answer: Answer | undefined;
  readonly onAnswer: ((answer: Answer) => void) | undefined;
};

function Question({ label, answer, onAnswer }: QuestionProps) {
  const { t } = useTranslation("duties");
  const id = useId();
  return (
    <li className={classes.fact}>
      <span id={id}>{label}</span>
      {onAnswer ? (
        <Segments<Answer | "">
          aria-labelledby={id}
          value={answer ?? ""}
          onChange={(value) => (value === "" ? undefined : onAnswer(value))}
          data={ANSWERS.map((value) => ({ value, label: t(`answer.${value}`) }))}
        />
      ) : (
        <strong>{answer ? t(`answer.${answer}`) : t("answer.none")}</strong>
      )}
    </li>
  );
}
